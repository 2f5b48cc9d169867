package policy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// question is an admission data source for an image; more are further attributes.
func question(image, more string) string {
	return "data \"binauthz_admission\" \"it\" {\n  image = \"" + image + "\"\n" + more + "\n}\n"
}

func answer(admitted, wouldBlock bool, rule, reason string) []statecheck.StateCheck {
	return known("data.binauthz_admission.it", map[string]knownvalue.Check{
		"admitted": knownvalue.Bool(admitted), "would_block": knownvalue.Bool(wouldBlock), "rule": text(rule),
		"reason": knownvalue.StringRegexp(regexp.MustCompile(reason)),
	})
}

const (
	web     = "us-docker.pkg.dev/acme/app/web"
	digest  = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	another = "@sha256:0000000000000000000000000000000000000000000000000000000000000000"
)

// GKE's words, as regular expressions.
const (
	byDefault = `Image us-docker\.pkg\.dev/acme/app/web@sha256:9f86\w+ denied by Binary Authorization default admission rule\. `
	byDryRun  = `^admitted by a dry run only: Image \S+ denied by Binary Authorization cluster admission rule for ` +
		`us-central1\.test\. ` + alwaysDeny + `$`
	alwaysDeny     = `Denied by always_deny admission rule`
	noAttestations = `Image \S+ denied by attestor projects/demo/attestors/built: ` +
		`No attestations found that were valid and signed by a key trusted by the attestor`
)

// TestAdmissionByThePolicyAlone: decisions without an attestation: by the allowlist, Google's
// system policy, a rule, a dry run.
func TestAdmissionByThePolicyAlone(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	policy := config(deny, `global_policy_evaluation_mode = "ENABLE"
		admission_whitelist_patterns = ["us-docker.pkg.dev/acme/base/**"]
		cluster_admission_rules = { "us-central1.dev" = `+allow+`, "us-central1.test" = `+dryRun+` }`)
	steps := []resource.TestStep{{Config: policy}}
	for _, c := range []struct {
		image, more string
		want        []statecheck.StateCheck
	}{
		{
			"us-docker.pkg.dev/acme/base/nginx:1", "",
			answer(true, false, `admission_whitelist_patterns[0]`, `^admitted: the allowlist exempts us-docker\.pkg\.dev/acme/base/\*\*$`),
		},
		{
			"gke.gcr.io/calico/node:v3", `cluster = "us-central1-b.prod"`,
			answer(true, false, "system policy", `^admitted: Google's system policy exempts gke\.gcr\.io/\*\*$`),
		},
		{web + digest, `cluster = "us-central1.prod"`, answer(false, false, "default_admission_rule", "^"+byDefault+alwaysDeny+"$")},
		{web + digest, `cluster = "us-central1.dev"`, answer(true, false, `cluster_admission_rules["us-central1.dev"]`, `is met$`)},
		{web + digest, `cluster = "us-central1.test"`, answer(true, true, `cluster_admission_rules["us-central1.test"]`, byDryRun)},
		{
			web + digest, "",
			answer(false, false, "default_admission_rule", ` \(several cluster_admission_rules could apply, so the strictest counts\)$`),
		},
	} {
		steps = append(steps, resource.TestStep{Config: policy + question(c.image, c.more), ConfigStateChecks: c.want})
	}
	steps = append(steps,
		resource.TestStep{Config: policy + question("https://"+web, ""), ExpectError: regexp.MustCompile(`(?s)image.*is not an image`)},
		resource.TestStep{
			PreConfig: func() { fatal(t, g.Emulator.Inject(always("GetSystemPolicy")[0])) },
			Config:    policy + question(web+digest, `cluster = "us-central1.prod"`),
			ConfigStateChecks: answer(false, false, "default_admission_rule",
				` \(Google's system policy could exempt the image but is unknown\)$`),
		},
	)
	g.Run(t, steps...)
}

// TestAdmissionByAttestation: the data source verifies attestations created with Google's clients
// and a key in Cloud KMS.
func TestAdmissionByAttestation(t *testing.T) {
	t.Parallel()
	const rule = "default_admission_rule"
	for name, c := range map[string]struct {
		image    string
		attest   func(t *testing.T, g *acctest.Ground, s *signer)
		after    func(t *testing.T, g *acctest.Ground)
		admitted bool
		reason   string
	}{
		"attested": {
			image: web + digest, admitted: true, reason: `^admitted: default_admission_rule is met$`,
			attest: func(t *testing.T, g *acctest.Ground, s *signer) {
				s.attach(t, g, web+digest, s.sign(t, web+digest))
			},
		},
		"attested among others": {
			image: web + digest, admitted: true, reason: `is met`,
			attest: func(t *testing.T, g *acctest.Ground, s *signer) {
				broken := s.sign(t, web+digest)
				broken.Signatures[0].Signature[8] ^= 1
				s.attach(t, g, web+digest, broken)
				s.attach(t, g, web+another, s.sign(t, web+another))
				s.attach(t, g, web+digest, s.sign(t, web+digest))
			},
		},
		"nothing": {image: web + digest, reason: "^" + byDefault + noAttestations + ` \(there is no attestation of it\)$`},
		"wrong signature": {
			image: web + digest, reason: `attestor \(of 1 attestations none verifies`,
			attest: func(t *testing.T, g *acctest.Ground, s *signer) {
				broken := s.sign(t, web+digest)
				broken.Signatures[0].Signature[8] ^= 1
				s.attach(t, g, web+digest, broken)
			},
		},
		"key unknown to the attestor": {image: web + digest, reason: `verifies`, attest: func(t *testing.T, g *acctest.Ground, s *signer) {
			foreign := s.sign(t, web+digest)
			foreign.Signatures[0].PublicKeyId = "//cloudkms.googleapis.com/v1/projects/demo/locations/global/" +
				"keyRings/r/cryptoKeys/other/cryptoKeyVersions/1"
			s.attach(t, g, web+digest, foreign)
		}},
		// The occurrence is on the image, and the signature is valid, but it covers another image.
		"signature over another digest": {
			image: web + digest, reason: `verifies`,
			attest: func(t *testing.T, g *acctest.Ground, s *signer) {
				s.attach(t, g, web+digest, s.sign(t, web+another))
			},
		},
		"tag instead of digest": {
			image:  web + ":v1",
			reason: `projects/demo/attestors/built: Expected digest with sha256 scheme, but got tag or malformed digest$`,
			attest: func(t *testing.T, g *acctest.Ground, s *signer) {
				s.attach(t, g, web+digest, s.sign(t, web+digest))
			},
		},
		"attestor gone": {
			image: web + digest, reason: `projects/demo/attestors/built could not be read: .*not found`,
			after: func(t *testing.T, g *acctest.Ground) {
				fatal(t, g.Clients.DeleteAttestor(t.Context(), attestorName(g.Project, "built")))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			s := newSigner(t, g, "built")
			if c.attest != nil {
				c.attest(t, g, s)
			}
			edit(t, g, func(p *gcp.Policy) { requireAttestation(p, "projects/demo/attestors/built") })
			if c.after != nil {
				c.after(t, g)
			}
			g.Run(t, resource.TestStep{Config: question(c.image, ""), ConfigStateChecks: answer(c.admitted, false, rule, c.reason)})
		})
	}
}

// TestAdmissionInACheck: a failed check block is a warning: the plan and the apply continue.
func TestAdmissionInACheck(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	check := question(web+digest, "") + "check \"runs\" {\n assert {\n condition = data.binauthz_admission.it.admitted\n " +
		"error_message = data.binauthz_admission.it.reason\n }\n}\n"
	after := strings.Replace(check, "image =", "depends_on = [binauthz_policy.it]\n image =", 1)
	cli := g.CLI(t, config(deny, "")+after)
	for _, args := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}} {
		out, code := cli.Run(t, args...)
		failed := strings.Contains(out, "Warning: Check block assertion failed") && strings.Contains(out, "denied by Binary Authorization")
		if code != 0 || failed != (args[0] != "plan" || len(args) > 1) {
			t.Errorf("%v ended with %d: %s", args, code, out)
		}
	}
	cli.Write(t, config(deny, "")+strings.Replace(after, "depends_on",
		"lifecycle {\n postcondition {\n condition = self.admitted\n error_message = self.reason\n }\n }\n depends_on", 1))
	if out, code := cli.Run(t, "plan"); code == 0 || !strings.Contains(out, "Error: Resource postcondition failed") {
		t.Errorf("a postcondition does not stop the plan: %s", out)
	}
}
