resource "binauthz_attestor" "it" {
  project = local.project
  name    = "it"
  note    = "projects/demo/notes/built"
}
resource "binauthz_attestor_key" "it" {
  attestor        = binauthz_attestor.it.id
  kms_key_version = local.kms_key_version
}
