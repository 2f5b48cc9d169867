package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestPolicyMustAdmitStands: every plan checks required images. If the plan has no change, a
// refused image is a warning.
func TestPolicyMustAdmitStands(t *testing.T) {
	t.Parallel()
	const told = "Warning: Policy refuses an image that it must admit"
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{{NamePattern: web + "*"}}
	})
	cli := g.CLI(t, ruleConfig("default = true", deny, mustAdmit(web)))
	says(t, cli, anApply, true)
	noChange := []string{"plan", "-detailed-exitcode"}
	says(t, g.Fresh(t, cli), noChange, true, "!"+told)
	edit(t, g, func(p *gcp.Policy) { p.AdmissionWhitelistPatterns = nil })
	says(t, g.Fresh(t, cli), noChange, true, told+" (projects/demo/policy/default, must_admit[0])",
		"would refuse it: Image "+web+" denied by", "a change outside of this plan", "No changes")

	attested := acctest.NewEmulated(t, emulator.Options{})
	built := newSigner(t, attested, "built")
	built.attach(t, attested, web+digest, built.sign(t, web+digest))
	cli = attested.CLI(t, config(require("built"), mustAdmit(web+digest)))
	says(t, cli, anApply, true)
	says(t, attested.Fresh(t, cli), noChange, true, "!"+told)
	fatal(t, attested.Clients.DeleteAttestor(t.Context(), attestorName("demo", "built")))
	says(t, attested.Fresh(t, cli), noChange, true, told, "No changes")
}

// TestPolicyLockoutStands: a lock-out without a planned change is a warning.
func TestPolicyLockoutStands(t *testing.T) {
	t.Parallel()
	const told = "Warning: Policy lock-out: "
	attestor := newAttestor(fmt.Sprintf("public_keys = [{ pkix = { public_key_pem = %q, signature_algorithm = \"ECDSA_P256_SHA256\" } }]",
		aKey))
	for name, c := range map[string]struct {
		config, want string
		change       func(t *testing.T, g *acctest.Ground)
	}{
		"whole":        {config(deny, ""), "SYSTEM_IMAGES_BLOCKED (projects/demo/policy/default)", off},
		"part":         {ruleConfig("default = true", deny, ""), "SYSTEM_IMAGES_BLOCKED (projects/demo/policy/default)", off},
		"acknowledged": {config(deny, "acknowledge_lockout = true"), "", off},
		"of others": {
			ruleConfig(`cluster = "us-central1.a"`, deny, "acknowledge_lockout = true") +
				named(ruleConfig(`cluster = "us-central1.b"`, dryRun, ""), "other", ""),
			"",
			off,
		},
		"a key": {
			requireNew(config(require("X"), "")), "ATTESTOR_WITHOUT_KEYS (projects/demo/policy/default, projects/demo/attestors/new)", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, attestor+c.config)
			says(t, cli, anApply, true)
			says(t, g.Fresh(t, cli), []string{"plan", "-detailed-exitcode"}, true, "!"+told)
			if c.change != nil {
				c.change(t, g)
			} else {
				cli.Write(t, newAttestor("public_keys = []")+c.config)
			}
			want := told + c.want
			if c.want == "" {
				want = "!" + told
			}
			says(t, g.Fresh(t, cli), aPlan, true, want, "!binauthz_policy.it will be updated")
		})
	}
}

// off disables Google's system policy outside Terraform.
func off(t *testing.T, g *acctest.Ground) {
	t.Helper()
	edit(t, g, systemImagesOff)
}

// TestPolicyPatternThatIsNeeded: the removal of a pattern required by GKE's own images is a
// lock-out like any other.
func TestPolicyPatternThatIsNeeded(t *testing.T) {
	t.Parallel()
	const locksOut = "Error: Policy lock-out: SYSTEM_IMAGES_BLOCKED"
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, systemImagesOff)
	rule := ruleConfig("default = true", deny, needsGKE)
	cli := g.CLI(t, rule+gke(""))
	says(t, cli, anApply, true)
	with := len(now(t, g).GetAdmissionWhitelistPatterns())

	less := strings.Replace(rule+gke(""), `"gke.gcr.io/**", `, "", 1)
	cli.Write(t, less)
	says(t, g.Fresh(t, cli), aPlan, false, locksOut, "gke.gcr.io/**", "set acknowledge_lockout = true")
	cli.Write(t, strings.Replace(less, "toset([", `toset(["gke.gcr.io/*", `, 1))
	says(t, g.Fresh(t, cli), aPlan, false, locksOut)
	// A wider pattern can replace it, if it is created first.
	wider := strings.Replace(less, "toset([", `toset(["gke.gcr.io/**", `, 1)
	cli.Write(t, wider)
	says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)

	says(t, g.Fresh(t, cli), []string{"plan", "-destroy", "-target=binauthz_policy_allowlist_pattern.gke"}, true)
	// A change after the plan: somebody enforces, and the destroy finds it.
	cli.Write(t, gke("")+"removed {\n  from = binauthz_policy_rule.it\n  lifecycle {\n    destroy = false\n  }\n}\n")
	says(t, g.Fresh(t, cli), anApply, true)
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, false, locksOut)
	if n := len(now(t, g).GetAdmissionWhitelistPatterns()); n != with {
		t.Errorf("%d of %d patterns are there", n, with)
	}
	edit(t, g, func(p *gcp.Policy) { p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_ENABLE })
	says(t, g.Fresh(t, cli), []string{"plan", "-destroy", "-out=it.tfplan"}, true)
	edit(t, g, systemImagesOff)
	says(t, g.Fresh(t, cli), []string{"apply", "it.tfplan"}, false, "Cannot delete policy allowlist pattern", "nothing was written")
	if n := len(now(t, g).GetAdmissionWhitelistPatterns()); n != with {
		t.Errorf("%d of %d patterns are there", n, with)
	}
	cli.Write(t, gke("acknowledge_lockout = true"))
	says(t, g.Fresh(t, cli), anApply, true)
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true)
}

// TestPolicyPatternThatIsReplaced: a required pattern cannot be removed before its replacement is
// created.
func TestPolicyPatternThatIsReplaced(t *testing.T) {
	t.Parallel()
	const gap = "Warning: Policy locks out while the pattern is replaced"
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		systemImagesOff(p)
		regional := strings.Replace(admission.RegionalSystemImages, "LOCATION", "us-central1", 1)
		for _, pattern := range append(admission.SystemImages(), regional) {
			if pattern != "gcr.io/stackdriver-agents/*" {
				p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
					&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
			}
		}
	})
	one, other := allowlist("it", "gcr.io/stackdriver-agents/*", ""), allowlist("it", "gcr.io/stackdriver-agents/**", "")
	cli := g.CLI(t, one)
	says(t, cli, anApply, true)
	edit(t, g, func(p *gcp.Policy) {
		p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
	})
	cli.Write(t, other)
	says(t, g.Fresh(t, cli), aPlan, true, gap, "create_before_destroy = true")
	says(t, g.Fresh(t, cli), anApply, false, "Cannot delete policy allowlist pattern", "nothing was written", "SYSTEM_IMAGES_BLOCKED")
	cli.Write(t, strings.Replace(other, "\n\n}", "\n  lifecycle {\n    create_before_destroy = true\n  }\n}", 1))
	says(t, g.Fresh(t, cli), anApply, true)
	patterns := now(t, g).GetAdmissionWhitelistPatterns()
	if !slices.ContainsFunc(patterns, func(w *binaryauthorizationpb.AdmissionWhitelistPattern) bool {
		return w.GetNamePattern() == "gcr.io/stackdriver-agents/**"
	}) {
		t.Errorf("the patterns are %v", patterns)
	}
	edit(t, g, func(p *gcp.Policy) { p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_ENABLE })
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true)
}
