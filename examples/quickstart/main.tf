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

# The cluster is there already. Only its Binary Authorization setting changes; a destroy puts it back.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
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
