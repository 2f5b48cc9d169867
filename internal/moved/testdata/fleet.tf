resource "binauthz_note" "built" {
  count               = 30
  name                = "built-${count.index}"
  human_readable_name = "Built by CI"
  short_description   = "Built by CI"
  long_description    = "Images that the pipeline has built."
  expiration_time     = "2035-10-02T15:01:23.045123456Z"
  related_note_names  = ["projects/demo/notes/plain"]
  related_url         = [{ url = "https://example.com/built", label = "About" }, { url = "https://example.com/more" }]
}

resource "binauthz_attestor" "built" {
  count       = 30
  name        = "built-${count.index}"
  description = "Built by CI"
  note        = binauthz_note.built[count.index].id
  public_keys = [
    { comment = "offline", pkix = { public_key_pem = file("${local.keys_folder}/p256.pem"), signature_algorithm = "ECDSA_P256_SHA256" } },
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
    { comment = "second", pkix = { public_key_pem = file("${local.keys_folder}/p384.pem"), signature_algorithm = "EC_SIGN_P384_SHA384" } },
    { pgp = { ascii_armored_public_key = file("${local.keys_folder}/pgp_nist.asc") } },
  ]
}

resource "binauthz_policy" "policy" {
  description                   = "What may run"
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = binauthz_attestor.built[*].id
  }
}
