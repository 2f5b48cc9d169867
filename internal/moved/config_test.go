package moved

// objects are those of testdata/google.json in the words of this provider. The address of each is that of the old resource, with another
// type.
const objects = `
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
    { comment = "offline", pkix = { public_key_pem = file("TESTDATA/p256.pem"), signature_algorithm = "ECDSA_P256_SHA256" } },
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
    { comment = "second", pkix = { public_key_pem = file("TESTDATA/p384.pem"), signature_algorithm = "EC_SIGN_P384_SHA384" } },
    { pgp = { ascii_armored_public_key = file("TESTDATA/pgp_nist.asc") } },
  ]
}

resource "binauthz_attestor" "plain" {
  name = "plain"
  note = "plain"
}

resource "binauthz_policy" "policy" {
  description                   = "What may run"
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.built.id]
  }
  cluster_admission_rules = {
    "us-central1.sandbox" = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }
    "us-central1.prod" = {
      evaluation_mode         = "REQUIRE_ATTESTATION"
      enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
      require_attestations_by = ["built"]
    }
  }
}

resource "binauthz_attestation" "web" {
  attestor           = binauthz_attestor.built.id
  image              = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  serialized_payload = file("TESTDATA/payload.json")
  signature          = filebase64("TESTDATA/ECDSA_P256_SHA256.sig")
  public_key_id      = "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM"
}
`

// twice is the attestation with two signatures, of which the configuration names one.
const twice = `
resource "binauthz_attestation" "twice" {
  attestor           = binauthz_attestor.built.id
  image              = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  serialized_payload = file("TESTDATA/payload.json")
  signature          = filebase64("TESTDATA/ECDSA_P256_SHA256.sig")
  public_key_id      = "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM"
}
`

// kinds are the resources that can be moved, by those that they are moved from.
var kinds = map[string]string{
	"google_binary_authorization_attestor": "binauthz_attestor",
	"google_binary_authorization_policy":   "binauthz_policy",
	"google_container_analysis_note":       "binauthz_note",
	"google_container_analysis_occurrence": "binauthz_attestation",

	"google_binary_authorization_attestor_iam_binding": "binauthz_attestor_iam_binding",
	"google_binary_authorization_attestor_iam_member":  "binauthz_attestor_iam_member",
	"google_binary_authorization_attestor_iam_policy":  "binauthz_attestor_iam_policy",
	"google_container_analysis_note_iam_binding":       "binauthz_note_iam_binding",
	"google_container_analysis_note_iam_member":        "binauthz_note_iam_member",
	"google_container_analysis_note_iam_policy":        "binauthz_note_iam_policy",
}
