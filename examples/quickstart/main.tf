terraform {
  required_providers {
    binauthz = {
      source = "binauthz/binauthz"
    }
  }
}

# Here BINAUTHZ_EMULATOR_HOST sends every call to the emulator. For a real project, unset it and
# use your own names below.
provider "binauthz" {
  project = "demo"
}

variable "enforce" {
  description = "Whether pods that break the policy are refused. Until then they are logged only."
  type        = bool
  default     = false
}

variable "attested" {
  description = "Names of the images in local.images that CI has built."
  type        = set(string)
  default     = ["api"]
}

# Attestations are attached to this note.
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

# The attestor verifies attestations signed with one of these keys.
resource "binauthz_attestor" "built" {
  name        = "built-by-ci"
  description = "The release pipeline built the image from reviewed code."
  note        = binauthz_note.built.id

  public_keys = [
    # A key in Cloud KMS: the provider reads PEM, algorithm and id.
    {
      kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
    },
    # A key pair with an offline private key.
    {
      comment = "offline, for emergencies"
      pkix = {
        public_key_pem      = file("${path.module}/offline.pem")
        signature_algorithm = "ECDSA_P256_SHA256"
      }
    },
  ]
}

# The project's policy admits attested images, the allowlist and Google's own images. It refuses
# all other images.
resource "binauthz_policy" "project" {
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]

  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = var.enforce ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY"
    require_attestations_by = [binauthz_attestor.built.id]
  }

  # The plan of an enforcement fails while the audit log shows pods admitted only by the dry run,
  # or too few pods.
  enforcement_gate = { min_pod_creations = 3 }

  # The plan fails with the reason if the policy would refuse this image.
  must_admit = ["gke.gcr.io/calico/node:v3.28"]
}

# Each attestation is signed in Cloud KMS, verified with the attestor's keys, written, and
# validated by the service.
resource "binauthz_attestation" "images" {
  for_each        = var.attested
  attestor        = binauthz_attestor.built.id
  image           = local.images[each.value]
  kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}

# One is on the allowlist, CI built two, and the last one is unknown. Attestations need a digest,
# so three images have one.
locals {
  images = {
    base  = "us-docker.pkg.dev/demo/base/nginx:1.27"
    api   = "us-docker.pkg.dev/demo/app/api@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    web   = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    miner = "docker.io/somebody/miner@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
  }
}

# The policy's decision on each image, with verified attestations.
data "binauthz_admission" "images" {
  for_each   = local.images
  image      = each.value
  cluster    = "us-central1.prod"
  depends_on = [binauthz_policy.project, binauthz_attestation.images]
}

# Binary Authorization's own validation of each image's attestations.
data "binauthz_attestation_validation" "images" {
  for_each   = { for name, image in local.images : name => image if provider::binauthz::parse_image(image).digest != null }
  attestor   = binauthz_attestor.built.id
  image      = each.value
  depends_on = [binauthz_attestation.images]
}

# The cluster exists already. Only its Binary Authorization setting changes; a destroy restores
# it.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"

  # The policy comes before its enforcement; a destroy reverses the order.
  depends_on = [binauthz_policy.project]
}

# The audit log entries of the started pods.
data "binauthz_denials" "all" {
  depends_on = [binauthz_cluster_settings.prod]
}

data "binauthz_clusters" "all" {
  depends_on = [binauthz_cluster_settings.prod]
}

output "attestor" {
  value = binauthz_attestor.built.id
}

output "key_ids" {
  description = "The ids by which attestations name the attestor's keys."
  value       = binauthz_attestor.built.public_keys[*].id
}

output "enforcing_clusters" {
  value = [for c in data.binauthz_clusters.all.clusters : c.id if c.enforces]
}

output "admitted" {
  value = { for name, verdict in data.binauthz_admission.images : name => verdict.admitted }
}

output "reasons" {
  value = { for name, verdict in data.binauthz_admission.images : name => verdict.reason }
}

output "denials" {
  description = "Refused and logged pods, with counts."
  value       = [for d in data.binauthz_denials.all.denials : "${d.kind} ${d.count} ${d.workload}: ${d.reason}"]
}

output "validation" {
  description = "The service's verdict on the attestations of an image, in its own words."
  value       = { for name, v in data.binauthz_attestation_validation.images : name => v.verified ? "VERIFIED" : v.reason }
}
