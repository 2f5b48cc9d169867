resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
}

# The deployer may check the attestations of an image.
resource "binauthz_attestor_iam_member" "deployers" {
  attestor = binauthz_attestor.built.id
  role     = "roles/binaryauthorization.attestorsVerifier"
  member   = "group:deployers@example.com"
}

# A temporary role. The condition is a part of the grant's identity.
resource "binauthz_attestor_iam_member" "migration" {
  attestor = binauthz_attestor.built.id
  role     = "roles/binaryauthorization.attestorsVerifier"
  member   = "user:jane@example.com"
  condition = {
    title      = "Until the migration is over"
    expression = "request.time < timestamp('2030-01-01T00:00:00Z')"
  }
}
