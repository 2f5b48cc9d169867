resource "binauthz_attestor" "it" {
  count       = local.attestors
  project     = "project-${floor(count.index / 200)}"
  name        = "attestor-${count.index}"
  note        = "projects/project-0/notes/note"
  description = "Number ${count.index}"
  public_keys = [{ pkix = { public_key_pem = local.key, signature_algorithm = "ECDSA_P256_SHA256" } }]
}
