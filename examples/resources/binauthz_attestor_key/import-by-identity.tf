import {
  to = binauthz_attestor_key.ci
  identity = {
    project  = "demo"
    attestor = "built-by-ci"
    key_id   = "//cloudkms.googleapis.com/v1/projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
  }
}

import {
  to = binauthz_attestor_key.offline
  identity = {
    project  = "demo"
    attestor = "built-by-ci"
    key_id   = "ni:///sha-256;gc6ETfttTleJhvp_djIvAKUhozQs6tXpsMNxCugJrOk"
  }
}
