resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id

  public_keys = [{
    kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
  }]
}

variable "image" {
  description = "The image that was built, with its digest."
  type        = string
  default     = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

# A pipeline invokes it by name: terraform apply -invoke=action.binauthz_sign_attestation.built -var=image=…
action "binauthz_sign_attestation" "built" {
  config {
    attestor        = binauthz_attestor.built.id
    image           = var.image
    kms_key_version = binauthz_attestor.built.public_keys[0].kms_key_version
  }
}

# Or a resource triggers it: its image is attested before it is released. If that fails, nothing is released.
resource "terraform_data" "release" {
  input = var.image

  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.binauthz_sign_attestation.built]
    }
  }
}
