resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
}

# The deployer may check the attestations of an image.
resource "binauthz_attestor_iam_binding" "deployers" {
  attestor = binauthz_attestor.built.id
  role     = "roles/binaryauthorization.attestorsVerifier"
  members = [
    "group:deployers@example.com",
    "user:jane@example.com",
  ]
}
