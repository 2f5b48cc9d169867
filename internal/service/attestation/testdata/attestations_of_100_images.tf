resource "binauthz_note" "it" {
  name                = "many"
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  name        = "many"
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = local.kms_key_version }]
}
resource "binauthz_attestation" "it" {
  count           = 100
  attestor        = binauthz_attestor.it.id
  image           = "us-docker.pkg.dev/acme/app/web@sha256:${sha256(count.index)}"
  kms_key_version = local.kms_key_version
}
