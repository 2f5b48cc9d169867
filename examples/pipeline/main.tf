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
  description = "The pushed image with its digest: us-docker.pkg.dev/demo/app/web@sha256:…"
}

# Signs with Cloud KMS, verifies, writes the attestation and lets the service validate it. The
# state has no trace of it. An attested image stays unchanged. Run: terraform apply
# -invoke=action.binauthz_sign_attestation.release
action "binauthz_sign_attestation" "release" {
  config {
    attestor        = "projects/demo/attestors/built-by-ci"
    image           = var.image
    kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
  }
}

# The plan of this folder fails with the reason if the cluster would refuse the image.
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
