# In most cases, another configuration manages the attestor, and only the data source is needed.
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
  public_keys = [
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
  ]
}

# All attestations on the attestor's note, from all projects.
data "binauthz_attestations" "built" {
  attestor = binauthz_attestor.built.id
}

# Attestations without effect, for example after the removal of their key from the attestor.
output "stale" {
  value = { for attestation in data.binauthz_attestations.built.attestations : attestation.name => attestation.reason if !attestation.verified }
}

# All attestations of one image in the project, on any note.
data "binauthz_attestations" "web" {
  image = "us-docker.pkg.dev/acme/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

output "attested_by" {
  value = distinct(flatten(data.binauthz_attestations.web.attestations[*].attestors))
}
