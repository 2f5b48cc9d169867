terraform {
  required_version = ">= 1.14" # for actions

  required_providers {
    binauthz = {
      source = "binauthz/binauthz"
    }
  }
}

provider "binauthz" {
  project = "demo"
}

variable "image" {
  type        = string
  description = "What was pushed, by its digest: us-docker.pkg.dev/demo/app/web@sha256:…"
}

# Signs with Cloud KMS, verifies, writes the attestation and has the service validate it. Nothing of it is in a state, and an image that
# is attested already is left as it is. To be invoked: terraform apply -invoke=action.binauthz_sign_attestation.release
action "binauthz_sign_attestation" "release" {
  config {
    attestor        = "projects/demo/attestors/built-by-ci"
    image           = var.image
    kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
  }
}

# A plan of this folder fails unless the cluster would let the image run, and says why.
data "binauthz_admission" "prod" {
  image   = var.image
  cluster = "us-central1.prod"

  lifecycle {
    postcondition {
      condition     = self.admitted
      error_message = "In us-central1.prod: ${self.reason}"
    }
  }
}
