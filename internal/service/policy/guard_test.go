package policy_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestPolicyRefusesWhatCannotBe: the plan refuses invalid policies at the attribute, without a
// call.
func TestPolicyRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for name, c := range map[string]struct{ rule, more, want string }{
		"two kinds of rules": {allow, `cluster_admission_rules = { "us-central1.a" = ` + deny + ` }
			kubernetes_namespace_admission_rules = { "n" = ` + deny + ` }`, `(?s)Invalid policy.*one`},
		"attestors missing": {
			`{ evaluation_mode = "REQUIRE_ATTESTATION", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }`, "",
			`(?s)Invalid policy.*REQUIRE_ATTESTATION`,
		},
		"attestors too many": {
			strings.Replace(allow, " }", `, require_attestations_by = ["a"] }`, 1), "", `(?s)Invalid policy.*REQUIRE_ATTESTATION`,
		},
		"no attestor's name": {require("projects/p/notes/n"), "", `(?s)Invalid policy`},
		"cluster without location": {
			allow, `cluster_admission_rules = { "prod" = ` + deny + ` }`, `(?s)Invalid policy.*cluster_admission_rules`,
		},
		"no service account": {
			allow, `kubernetes_service_account_admission_rules = { "default" = ` + deny + ` }`, `(?s)Invalid policy`,
		},
		"no identity": {
			allow, `istio_service_identity_admission_rules = { "spiffe://x" = ` + deny + ` }`, `(?s)Invalid policy`,
		},
		"a wildcard in the middle": {
			allow, `admission_whitelist_patterns = ["gcr.io/*/x"]`, `(?s)Invalid policy.*admission_whitelist_patterns`,
		},
		"an unknown mode": {
			`{ evaluation_mode = "MAYBE", enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY" }`, "", `(?s)evaluation_mode.*ALWAYS_ALLOW`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g.Run(t, resource.TestStep{Config: config(c.rule, c.more), PlanOnly: true, ExpectError: regexp.MustCompile(c.want)})
		})
	}
}

// TestPolicyLockout: a plan with a lock-out is refused, unless acknowledged.
func TestPolicyLockout(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	_, err := g.Clients.CreateAttestor(context.Background(), attestorName("demo", "keyless"), &gcp.Attestor{
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
			UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/n"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const off = `global_policy_evaluation_mode = "DISABLE"`
	g.Run(t,
		resource.TestStep{
			Config:      config(deny, off),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Policy lock-out: SYSTEM_IMAGES_BLOCKED.*acknowledge_lockout`),
		},
		resource.TestStep{
			Config:      config(require("keyless"), ""),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Policy lock-out: ATTESTOR_WITHOUT_KEYS`),
		},
		resource.TestStep{
			Config:      ruleConfig("default = true", require("keyless"), ""),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Policy lock-out: ATTESTOR_WITHOUT_KEYS`),
		},
		resource.TestStep{Config: config(deny, off+"\nacknowledge_lockout = true")},
	)
}

// must_admit fails a plan if the policy would refuse an image, with the reason. It knows Google's
// own images.
func TestPolicyMustAdmit(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	const web = "us-docker.pkg.dev/acme/app/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"
	must := func(images ...string) string { return fmt.Sprintf("must_admit = [%q]", strings.Join(images, `", "`)) }
	refusal := `(?s)Policy refuses an image that it must admit.*must_admit.*would refuse it: Image\s+us-docker.*` +
		strings.ReplaceAll(`default admission rule\. Denied by always_deny`, " ", `\s+`)
	rules := "cluster_admission_rules = { \"us-central1.dev\" = " + allow + " }\n"
	g.Run(t,
		resource.TestStep{Config: config(deny, must(web)), PlanOnly: true, ExpectError: regexp.MustCompile(refusal)},
		resource.TestStep{
			Config:      config(deny, rules+must(web)),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Policy refuses an image that it must admit`),
		},
		resource.TestStep{
			Config:      config(deny, rules+`must_admit_in = [{ image = "`+web+`", cluster = "us-central1.prod" }]`),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)must_admit_in`),
		},
		resource.TestStep{
			Config: config(deny,
				rules+must("gke.gcr.io/calico/node:v3.28")+"\n"+`must_admit_in = [{ image = "`+web+`", cluster = "us-central1.dev" }]`),
		},
		resource.TestStep{Config: config(deny, "admission_whitelist_patterns = [\"us-docker.pkg.dev/acme/**\"]\n"+must(web))},
	)
}

// TestPolicyWarnsOfWeakening: the plan warns of every weakening with a searchable code.
func TestPolicyWarnsOfWeakening(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestors(t, g, "built", "scanned")
	strict := config(require("built", "scanned"),
		"cluster_admission_rules = { \"us-central1.prod\" = "+deny+" }\n admission_whitelist_patterns = [\"gcr.io/acme/*\"]")
	cli := g.CLI(t, strict)
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	for code, weaker := range map[string]string{
		"ATTESTOR_REMOVED":           strings.Replace(strict, `"built", "scanned"`, `"built"`, 1),
		"RULE_REMOVED":               strings.Replace(strict, `"us-central1.prod" =`, `"us-central1.other" =`, 1),
		"PATTERN_":                   strings.Replace(strict, "gcr.io/acme/*", "gcr.io/acme/**", 1),
		"ENFORCEMENT_TO_DRY_RUN":     strings.Replace(strict, deny, dryRun, 1),
		"EVALUATION_TO_ALWAYS_ALLOW": strings.Replace(strict, require("built", "scanned"), allow, 1),
	} {
		cli.Write(t, weaker)
		if out, _ := cli.Run(t, "plan"); !strings.Contains(out, "Warning: Policy is weakened: "+code) {
			t.Errorf("%s is not warned of: %s", code, out)
		}
	}
	if out, _ := cli.Run(t, "plan", "-destroy"); !strings.Contains(out, "weakens the policy") {
		t.Errorf("a destroy is not warned of: %s", out)
	}
	cli.Write(t, strings.Replace(strict, `["gcr.io/acme/*"]`, `[]`, 1))
	if out, _ := cli.Run(t, "plan"); strings.Contains(out, "weakened") {
		t.Errorf("a strengthening is called a weakening: %s", out)
	}
}
