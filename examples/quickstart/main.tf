terraform {
  required_providers {
    binauthz = {
      source = "binauthz/binauthz"
    }
  }
}

# Here BINAUTHZ_EMULATOR_HOST sends every call to the emulator. For a real project, leave it out and put your own names below.
provider "binauthz" {
  project = "demo"
}

# The note that attestations will be attached to.
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

# Who vouches for an image: anybody who signs with one of these keys.
resource "binauthz_attestor" "built" {
  name        = "built-by-ci"
  description = "The release pipeline built the image from reviewed code."
  note        = binauthz_note.built.id

  public_keys = [
    # A key in Cloud KMS: PEM, algorithm and id are filled in.
    {
      kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
    },
    # A key pair whose private half is kept offline.
    {
      comment = "offline, for emergencies"
      pkix = {
        public_key_pem      = file("${path.module}/offline.pem")
        signature_algorithm = "ECDSA_P256_SHA256"
      }
    },
  ]
}

# The project's policy: what the attestor has attested, what the allowlist names, and Google's own images. Nothing else may run.
resource "binauthz_policy" "project" {
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]

  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.built.id]
  }

  # A plan whose policy would refuse this image fails, and says why.
  must_admit = ["gke.gcr.io/calico/node:v3.28"]
}

# What the policy says to two images. Attestations are looked up and verified; nobody has attested either of these.
data "binauthz_admission" "base" {
  image      = "us-docker.pkg.dev/demo/base/nginx:1.27"
  cluster    = "us-central1.prod"
  depends_on = [binauthz_policy.project]
}

data "binauthz_admission" "web" {
  image      = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  cluster    = "us-central1.prod"
  depends_on = [binauthz_policy.project]
}

# The cluster is there already. Only its Binary Authorization setting changes; a destroy puts it back.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"

  # First what is to be enforced, then the enforcing; a destroy goes the other way.
  depends_on = [binauthz_policy.project]
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
  value = {
    base = data.binauthz_admission.base.admitted
    web  = data.binauthz_admission.web.admitted
  }
}

output "reasons" {
  value = {
    base = data.binauthz_admission.base.reason
    web  = data.binauthz_admission.web.reason
  }
}
