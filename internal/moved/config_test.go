package moved

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

// notesAndAttestors is the configuration for the notes and attestors of testdata/google.json in
// this provider. Each address differs from the old one only in its type.
func notesAndAttestors(t *testing.T) string {
	t.Helper()
	return acctest.HCL(t, "testdata/notes_and_attestors.tf", nil)
}

// projectPolicy is the policy of testdata/google.json.
func projectPolicy(t *testing.T) string {
	t.Helper()
	return acctest.HCL(t, "testdata/policy.tf", nil)
}

// objects are the notes, the attestors, the policy and the attestation with one signature.
func objects(t *testing.T) string {
	t.Helper()
	return notesAndAttestors(t) + projectPolicy(t) + acctest.HCL(t, "testdata/attestation.tf", nil)
}

// twice is an attestation with two signatures. The configuration names one of them.
const twice = `
resource "binauthz_attestation" "twice" {
  attestor           = binauthz_attestor.built.id
  image              = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  serialized_payload = file("${local.keys_folder}/payload.json")
  signature          = filebase64("${local.keys_folder}/ECDSA_P256_SHA256.sig")
  public_key_id      = "ni:///sha-256;BSMEghLrIURjdQWDp2lRvmvTR7BcOj5ncFUGYdhkRnM"
}
`

// kinds maps each source type of a move to its target type.
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
