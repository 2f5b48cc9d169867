import {
  to = binauthz_attestation.web
  identity = {
    project = "demo"
    name    = "1b671a64-40d5-491e-99b0-da01ff1f3341"
  }
}

import {
  to = binauthz_attestation.signed_elsewhere
  identity = {
    project = "demo"
    name    = "8a3f0c52-6f0e-4d1b-9a35-2c1c0e7b9d64"
  }
}
