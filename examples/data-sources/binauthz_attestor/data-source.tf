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

data "binauthz_attestor" "built" {
  name = binauthz_attestor.built.id
}

# This account needs roles/containeranalysis.notes.occurrences.viewer on a note in another
# project.
output "reader_of_the_note" {
  value = data.binauthz_attestor.built.delegation_service_account_email
}
