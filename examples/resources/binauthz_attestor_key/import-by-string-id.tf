import {
  to = binauthz_attestor_key.ci
  id = "projects/demo/attestors/built-by-ci //cloudkms.googleapis.com/v1/projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

import {
  to = binauthz_attestor_key.offline
  id = "projects/demo/attestors/built-by-ci ni:///sha-256;gc6ETfttTleJhvp_djIvAKUhozQs6tXpsMNxCugJrOk"
}
