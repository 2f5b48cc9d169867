package platformpolicy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	awaited  = "there is no valid attestation yet"
	referred = "must_conform = [{ image = binauthz_attestation.it[0].image }]"
)

// signedBy is a check of attestations by keys.
func signedBy(keys ...string) string {
	return `{ display_name = "CI", simple_signing_attestation_check = { container_analysis_attestation_projects = ["projects/demo"],
	  attestation_authenticators = [{ pkix_public_key_set = { pkix_public_keys = [` + strings.Join(keys, ", ") + `] } }] } }`
}

// attests returns an attestor, and an attestation of the image web if attestations is 1.
func attests(t *testing.T, version string, attestations int) string {
	t.Helper()
	return acctest.HCL(t, "testdata/attested_image.tf", map[string]any{
		"signer": version, "image": image("web"), "attestations": attestations,
	})
}

// before adds depends_on to a resource, so that another is planned and created before it.
func before(first, resource, config string) string {
	kind, name, _ := strings.Cut(resource, ".")
	block := fmt.Sprintf("resource %q %q {\n", kind, name)
	return strings.Replace(config, block, block+"  depends_on = ["+first+"]\n", 1)
}

// TestMustConformWithoutAttestation: a missing attestation is left to the apply, and the apply
// writes nothing without it.
func TestMustConformWithoutAttestation(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	version := w.KMSKeyVersion(t)
	key := kms(version, "")
	other := signedBy(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""))
	cli := w.CLI(t, attests(t, version, 0)+w.config(rest(signedBy(key)), must("web")))
	acctest.Says(t, flat(cli.Succeeds(t, "plan")), "Not checked until apply", "must_conform[0]: "+image("web")+": "+awaited+
		` for SimpleSigningAttestationCheck at check_sets[0].checks[0] ("CI"). `, "binauthz_attestation.NAME.image")
	acctest.Says(t, flat(cli.Fails(t, "", "apply", "-auto-approve")), "nothing was written", "No valid attestation",
		"binauthz_attestation.NAME.image")

	for _, c := range map[string]struct{ checks, list, check string }{
		"another check": {signedBy(key) + ", " + scans, must("web"), "VulnerabilityCheck"},
		"without a digest": {
			signedBy(key), `must_conform = [{ image = "us-docker.pkg.dev/demo/prod/web:v1" }]`, "SimpleSigningAttestationCheck",
		},
	} {
		cli.Write(t, attests(t, version, 0)+w.config(rest(c.checks), c.list))
		acctest.Says(t, flat(cli.Fails(t, "Image does not conform", "plan")), c.check, "!"+awaited)
	}

	// The plan cannot know whether another provider creates an attestation by the other key.
	cli.Write(t, attests(t, version, 1)+w.config(rest(signedBy(key)+", "+other), referred))
	acctest.Says(t, flat(cli.Succeeds(t, "plan")), awaited,
		`checks[0] ("CI"), SimpleSigningAttestationCheck at check_sets[0].checks[1] ("CI"). If`)
	acctest.Says(t, flat(cli.Fails(t, "", "apply", "-auto-approve")), "nothing was written",
		"violated by "+image("web")+": SimpleSigningAttestationCheck at check_sets[0].checks[1]")
	if n := w.writes(); n > 0 {
		t.Errorf("%d policies were written", n)
	}
}

// TestMustConformInAnyOrder: a plan does not depend on the order of the policy and the attestation,
// nor on their providers.
func TestMustConformInAnyOrder(t *testing.T) {
	t.Parallel()
	const attestation, other = "binauthz_attestation.it", "provider \"binauthz\" {}\nprovider \"binauthz\" {\n  alias = \"other\"\n}\n"
	aliased := func(resource, config string) string {
		block := fmt.Sprintf("resource %q \"it\" {\n", resource)
		return other + strings.Replace(config, block, block+"  provider = binauthz.other\n", 1)
	}
	for name, c := range map[string]struct {
		config func(attests, literal, referring string) string
		fails  bool // the apply
	}{
		"referred":           {func(attests, _, referring string) string { return attests + referring }, false},
		"attestation before": {func(attests, literal, _ string) string { return before(attestation, address, attests+literal) }, false},
		"attestation after":  {func(attests, literal, _ string) string { return before(address, attestation, attests+literal) }, true},
		"other provider": {func(attests, _, referring string) string {
			return aliased("binauthz_attestation", attests+referring)
		}, false},
		"policy of the other provider": {func(attests, _, referring string) string {
			return aliased("binauthz_platform_policy", attests+referring)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := emulatedWorld(t)
			version := w.KMSKeyVersion(t)
			check := rest(signedBy(kms(version, "")))
			cli := w.CLI(t, c.config(attests(t, version, 1), w.config(check, must("web")), w.config(check, referred)))
			acctest.Says(t, flat(cli.Succeeds(t, "plan")), "Not checked until apply", awaited)
			if c.fails {
				acctest.Says(t, flat(cli.Fails(t, "", "apply", "-auto-approve")), "nothing was written")
				return
			}
			cli.Succeeds(t, "apply", "-auto-approve")
			quiet(t, cli.Succeeds(t, "plan", "-detailed-exitcode"))
		})
	}
}

// TestMustConformAndKeysKnownLater: an unknown key does not affect a key with a verified
// attestation.
func TestMustConformAndKeysKnownLater(t *testing.T) {
	t.Parallel()
	w := emulatedWorld(t)
	version := w.KMSKeyVersion(t)
	cli := w.CLI(t, attests(t, version, 1)+w.config(rest(signedBy(kms(version, ""))), referred))
	cli.Succeeds(t, "apply", "-auto-approve")
	late := fmt.Sprintf("resource \"terraform_data\" \"late\" {\n  input = %q\n}\n", version)
	more := signedBy(kms(version, ""), "{ kms_key_version = terraform_data.late.output }")
	cli.Write(t, late+attests(t, version, 1)+w.config(rest(more), referred))
	quiet(t, cli.Succeeds(t, "plan"))
}

// TestMustConformLosesAnAttestation: a plan that destroys an attestation warns, whether it changes
// the policy or not. An attestation lost outside of the plan is no matter of the apply.
func TestMustConformLosesAnAttestation(t *testing.T) {
	t.Parallel()
	const lost = "Image loses its attestation"
	w := emulatedWorld(t)
	version := w.KMSKeyVersion(t)
	config := func(attestations int, more string) string {
		return attests(t, version, attestations) + before("binauthz_attestation.it", address,
			w.config(rest(signedBy(kms(version, ""))), must("web")+more))
	}
	cli := w.CLI(t, config(1, ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	quiet(t, cli.Succeeds(t, "plan"))
	for _, more := range []string{"", "\ndescription = \"new\""} {
		cli.Write(t, config(0, more))
		acctest.Says(t, flat(cli.Succeeds(t, "plan")), lost+" ("+w.name.String()+", must_conform[0])", image("web")+
			": SimpleSigningAttestationCheck", "!Image does not conform", "!Not checked until apply")
	}
	note := resname.Note{Project: w.Project, ID: "note"}
	all, err := w.Clients.Attestations(t.Context(), note.String(), strings.SplitN(image("web"), "@", 2)[1])
	if err != nil || len(all) != 1 {
		t.Fatalf("%d attestations, %v", len(all), err)
	}
	dies(t, w.Clients.DeleteAttestation(t.Context(), all[0].GetName()))
	cli.Write(t, config(1, ""))
	acctest.Says(t, flat(cli.Succeeds(t, "plan")), "Image does not conform ("+w.name.String()+", must_conform[0])",
		"!Not checked until apply", "!"+lost)
}
