terraform {
  required_providers {
    binauthz = {
      source = "binauthz/binauthz"
    }
  }
}

# Here BINAUTHZ_EMULATOR_HOST sends every call to the emulator. For a real project, unset it and use
# your own names below.
provider "binauthz" {
  project = "demo"
}

variable "strict" {
  description = "Whether the policy blocks findings of severity HIGH. Without it, only CRITICAL ones are violations."
  type        = bool
  default     = false
}

variable "must_conform" {
  description = "Names of the images in local.images that must conform to the planned policy."
  type        = set(string)
  default     = ["api"]
}

variable "attested" {
  description = "Names of the images in local.images to attest."
  type        = set(string)
  default     = ["api"]
}

# web has a vulnerability of severity HIGH. miner comes from a directory of somebody else.
locals {
  # The signing key for attestations.
  key = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"

  images = {
    api   = "us-docker.pkg.dev/demo/app/api@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    web   = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    miner = "us-docker.pkg.dev/somebody/tools/miner@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
  }

  maximum_severity = var.strict ? "MEDIUM" : "HIGH"
}

# Google monitors the pods of each bound cluster with this policy and logs violations. It refuses no
# pod.
resource "binauthz_platform_policy" "production" {
  name        = "production"
  description = "Requirements for every pod in production."

  gke_policy = {
    image_allowlist = ["gke.gcr.io/**", "registry.k8s.io/**"]

    check_sets = [{
      display_name = "Everything"
      checks = [
        {
          display_name            = "Our directory"
          trusted_directory_check = { trusted_dir_patterns = ["us-docker.pkg.dev/demo/app"] }
        },
        {
          display_name = "Vulnerabilities"
          vulnerability_check = {
            maximum_fixable_severity                  = local.maximum_severity
            maximum_unfixable_severity                = "HIGH"
            container_analysis_vulnerability_projects = ["projects/demo"]
          }
        },
        {
          display_name = "Built from our source"
          slsa_check = {
            rules = [{
              trusted_builder              = "GOOGLE_CLOUD_BUILD"
              trusted_source_repo_patterns = ["github.com/acme/*"]
              attestation_source           = { container_analysis_attestation_projects = ["projects/demo"] }
            }]
          }
        },
      ]
    }]
  }

  # The plan fails if one of these images would violate the planned policy.
  must_conform = [for name in sort(var.must_conform) : { image = local.images[name] }]
}

# Other bindings of the cluster stay as they are.
resource "binauthz_cluster_policy_binding" "production" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
  policy  = binauthz_platform_policy.production.id
}

# The service evaluates the stored policy for each image.
data "binauthz_platform_policy_evaluation" "images" {
  for_each   = local.images
  policy     = binauthz_platform_policy.production.id
  image      = each.value
  namespace  = "shop"
  depends_on = [binauthz_platform_policy.production]
}

resource "binauthz_note" "scanned" {
  name                = "scanned"
  human_readable_name = "Scanned and built from our source"
}

resource "binauthz_attestor" "scanned" {
  name        = "scanned"
  note        = binauthz_note.scanned.id
  public_keys = [{ kms_key_version = local.key }]
}

# Check and sign: an image is attested only if its scan and its provenance pass. The project policy
# can require this attestor, and can refuse pods.
resource "binauthz_attestation" "images" {
  for_each        = var.attested
  attestor        = binauthz_attestor.scanned.id
  image           = local.images[each.value]
  kms_key_version = local.key

  require = {
    vulnerability = {
      maximum_fixable_severity                  = "MEDIUM"
      maximum_unfixable_severity                = "HIGH"
      container_analysis_vulnerability_projects = ["projects/demo"]
    }
    slsa = {
      rules = [{
        trusted_builder              = "GOOGLE_CLOUD_BUILD"
        trusted_source_repo_patterns = ["github.com/acme/*"]
        attestation_source           = { container_analysis_attestation_projects = ["projects/demo"] }
      }]
    }
  }
}

output "verdicts" {
  value = { for name, e in data.binauthz_platform_policy_evaluation.images : name => e.verdict }
}

output "explanations" {
  value = { for name, e in data.binauthz_platform_policy_evaluation.images : name => e.explanation }
}
