# The signing key.
locals {
  key = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name        = "built-by-ci"
  note        = binauthz_note.built.id
  public_keys = [{ kms_key_version = local.key }]
}

variable "image" {
  description = "The image that was built, with its digest."
  type        = string
  default     = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

# Run it in a pipeline: terraform apply -invoke=action.binauthz_sign_attestation.built
# -var=image=…
action "binauthz_sign_attestation" "built" {
  config {
    attestor        = binauthz_attestor.built.id
    image           = var.image
    kms_key_version = local.key
  }
}

# This one attests an image only if its scan and its provenance pass. It waits for an unfinished
# scan.
action "binauthz_sign_attestation" "checked" {
  config {
    attestor        = binauthz_attestor.built.id
    image           = var.image
    kms_key_version = local.key

    require = {
      vulnerability = {
        maximum_fixable_severity   = "MEDIUM"
        maximum_unfixable_severity = "HIGH"
        allowed_cves               = ["CVE-2021-20305"] # accepted until the next base image
      }
      slsa = {
        rules = [{
          trusted_builder              = "GOOGLE_CLOUD_BUILD"
          config_based_build_required  = true
          trusted_source_repo_patterns = ["github.com/acme/*"]
        }]
      }
    }

    timeouts {
      invoke = "30m"
    }
  }
}

# Or let a resource trigger it: the image is attested before its release. If this fails, nothing
# is released.
resource "terraform_data" "release" {
  input = var.image

  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.binauthz_sign_attestation.checked]
    }
  }
}
