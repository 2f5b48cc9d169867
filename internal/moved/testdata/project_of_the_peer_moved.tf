resource "binauthz_note" "built" {
  count               = 30
  name                = "built-${count.index}"
  short_description   = "Built by CI"
  related_url         = [{ url = "https://example.com/built", label = "About" }]
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  count = 30
  name  = "built-${count.index}"
  note  = binauthz_note.built[count.index].name
  public_keys = [
    { comment = "offline", pkix = { public_key_pem = file("${local.keys_folder}/p256.pem"), signature_algorithm = "EC_SIGN_P256_SHA256" } },
    { pgp = { ascii_armored_public_key = file("${local.keys_folder}/pgp_nist.asc") } },
  ]
}

resource "binauthz_policy" "policy" {
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = binauthz_attestor.built[*].name
  }
  cluster_admission_rules = {
    "us-central1.sandbox" = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY" }
  }
}

resource "binauthz_attestation" "web" {
  attestor           = binauthz_attestor.built[0].id
  image              = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  serialized_payload = file("${local.keys_folder}/payload.json")
  signature          = filebase64("${local.keys_folder}/ECDSA_P256_SHA256.sig")
  public_key_id      = binauthz_attestor.built[0].public_keys[0].id
}

moved {
  from = google_container_analysis_note.built
  to   = binauthz_note.built
}

moved {
  from = google_binary_authorization_attestor.built
  to   = binauthz_attestor.built
}

moved {
  from = google_binary_authorization_policy.policy
  to   = binauthz_policy.policy
}

moved {
  from = google_container_analysis_occurrence.web
  to   = binauthz_attestation.web
}
