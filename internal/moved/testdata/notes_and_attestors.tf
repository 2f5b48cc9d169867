resource "binauthz_note" "built" {
  name                = "built"
  human_readable_name = "Built by CI"
  short_description   = "Built by CI"
  long_description    = "Images that the pipeline has built."
  expiration_time     = "2035-10-02T15:01:23.045123456Z"
  related_note_names  = ["projects/demo/notes/plain"]
  related_url         = [{ url = "https://example.com/built", label = "About" }, { url = "https://example.com/more" }]
}

resource "binauthz_note" "plain" {
  name                = "plain"
  human_readable_name = "Plain"
}

resource "binauthz_attestor" "built" {
  name        = "built"
  description = "Built by CI"
  note        = binauthz_note.built.id
  public_keys = [
    { comment = "offline", pkix = { public_key_pem = file("${local.keys_folder}/p256.pem"), signature_algorithm = "ECDSA_P256_SHA256" } },
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
    { comment = "second", pkix = { public_key_pem = file("${local.keys_folder}/p384.pem"), signature_algorithm = "EC_SIGN_P384_SHA384" } },
    { pgp = { ascii_armored_public_key = file("${local.keys_folder}/pgp_nist.asc") } },
  ]
}

resource "binauthz_attestor" "plain" {
  name = "plain"
  note = "plain"
}
