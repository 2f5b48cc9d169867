package walks

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// observer records the requests on the complete way.
type observer struct {
	mu   sync.Mutex
	seen []string
}

func (o *observer) observe(request, kind string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, request+" of "+kind)
}

// take returns the counts and resets them.
func (o *observer) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := o.seen
	o.seen = nil
	slices.Sort(seen)
	return seen
}

// short is a ground with an applied configuration and a provider on the short way.
func short(t *testing.T, options emulator.Options, config string) (*acctest.Ground, *acctest.CLI, *observer) {
	t.Helper()
	g, o := acctest.NewEmulated(t, options), &observer{}
	g.TakeShortWay(o.observe)
	cli := g.CLI(t, config)
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	o.take()
	return g, cli, o
}

// One policy cannot have rules of two scopes, so each has a separate configuration.
var scopedRules = map[string]string{
	"namespace": `
resource "binauthz_policy_rule" "namespace" {
  scope                   = { kubernetes_namespace = "payments" }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = ["pkix", binauthz_attestor.kms.id]
}
`,
	"identity": `
resource "binauthz_policy_rule" "identity" {
  scope            = { istio_service_identity = "spiffe://demo.svc.id.goog/ns/payments/sa/default" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
}
`,
}

// recognized has an object of every recognized noun, in every relevant form, with one of
// scopedRules.
func recognized(t *testing.T, rule string) string {
	t.Helper()
	return acctest.HCL(t, "testdata/every_recognized_noun.tf", map[string]any{"kms_key_version": version}) + scopedRules[rule]
}

func TestUnchangedObjectsTakeTheShortWay(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"namespace", "identity"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			g, cli, o := short(t, emulator.Options{}, recognized(t, kind))
			for _, args := range [][]string{
				{"plan", "-detailed-exitcode"},
				{"plan", "-detailed-exitcode", "-refresh=false"},
				{"plan", "-detailed-exitcode", "-refresh-only"},
			} {
				if out, code := g.Fresh(t, cli).Run(t, args...); code != 0 {
					t.Errorf("%v: exit code %d: %s", args, code, out)
				}
				if seen := o.take(); len(seen) > 0 {
					t.Errorf("%v: went the complete way: %q", args, seen)
				}
			}
		})
	}
}

func TestDriftIsSeenOnTheShortWay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, change := range map[string]func(*acctest.Ground) error{
		"an attestor": func(g *acctest.Ground) error {
			name := resname.Attestor{Project: "demo", ID: "pkix"}
			attestor, err := g.Clients.Attestor(ctx, name)
			if err == nil {
				attestor.Description = "by hand"
				_, err = g.Clients.UpdateAttestor(ctx, name, attestor)
			}
			return err
		},
		"an attestor that is gone": func(g *acctest.Ground) error {
			return g.Clients.DeleteAttestor(ctx, resname.Attestor{Project: "demo", ID: "keyless"})
		},
		"a cluster": func(g *acctest.Ground) error {
			return g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeDisabled)
		},
		"a rule": func(g *acctest.Ground) error {
			return editPolicy(ctx, g, func(p *gcp.Policy) {
				p.KubernetesNamespaceAdmissionRules["payments"].RequireAttestationsBy = []string{"projects/demo/attestors/kms"}
			})
		},
		"a rule that is gone": func(g *acctest.Ground) error {
			return editPolicy(ctx, g, func(p *gcp.Policy) { p.KubernetesNamespaceAdmissionRules = nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, cli, o := short(t, emulator.Options{}, recognized(t, "namespace"))
			if err := change(g); err != nil {
				t.Fatal(err)
			}
			out, code := g.Fresh(t, cli).Run(t, "plan", "-detailed-exitcode")
			if seen := o.take(); code != 2 || len(seen) == 0 || len(seen) > 3 {
				t.Errorf("exit code %d, and the complete way was taken by %q: %s", code, seen, out)
			}
		})
	}
}

func editPolicy(ctx context.Context, g *acctest.Ground, change func(*gcp.Policy)) error {
	_, err := g.Clients.EditPolicy(ctx, "demo", gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		change(p)
		return nil
	}})
	return err
}

// TestTheShortWayMeetsErrors: if the service refuses to return an object, the read fails, as on the
// complete way.
func TestTheShortWayMeetsErrors(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GetPolicy", "GetAttestor", "GetCluster"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			g, cli, _ := short(t, emulator.Options{}, recognized(t, "namespace"))
			for _, m := range []string{method, strings.Replace(method, "Get", "List", 1) + "s"} {
				f, err := fault.Parse(m + "=permission_denied,count=forever")
				if err != nil {
					continue // a policy has no list
				}
				if err := g.Emulator.Inject(f); err != nil {
					t.Fatal(err)
				}
			}
			out, code := g.Fresh(t, cli).Run(t, "plan")
			if code != 1 || !strings.Contains(out, "Cannot read") || strings.Contains(out, "panic") {
				t.Errorf("exit code %d: %s", code, out)
			}
		})
	}
}

// TestIgnoredChangesAreNoProof: with ignore_changes, Terraform plans with values of the state and
// applies with those of the configuration. Without ignore_changes, the next plan shows the drift.
func TestIgnoredChangesAreNoProof(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, c := range map[string]struct {
		config, ignored string
		other           [2]string // an attribute of the configuration before and after
		drift           func(*acctest.Ground) error
	}{
		"a cluster": {
			config: "resource \"binauthz_cluster_settings\" \"it\" {\n  cluster = \"us-central1/prod\"\n" +
				"  evaluation_mode = \"PROJECT_SINGLETON_POLICY_ENFORCE\"\n  OTHER\n  IGNORE\n}\n",
			ignored: "evaluation_mode", other: [2]string{`deletion_policy = "RESTORE"`, `deletion_policy = "ABANDON"`},
			drift: func(g *acctest.Ground) error {
				return g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeDisabled)
			},
		},
		"an attestor": {
			config: "resource \"binauthz_attestor\" \"it\" {\n  name = \"it\"\n  note = \"built\"\n" +
				"  description = \"Built by CI\"\n  OTHER\n  IGNORE\n}\n",
			ignored: "description",
			other:   [2]string{"public_keys = []", `public_keys = [{ kms_key_version = "` + version + `" }]`},
			drift: func(g *acctest.Ground) error {
				name := resname.Attestor{Project: "demo", ID: "it"}
				attestor, err := g.Clients.Attestor(ctx, name)
				if err == nil {
					attestor.Description = "by hand"
					_, err = g.Clients.UpdateAttestor(ctx, name, attestor)
				}
				return err
			},
		},
		"a rule": {
			config: "resource \"binauthz_policy_rule\" \"it\" {\n  scope = { kubernetes_namespace = \"payments\" }\n" +
				"  enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\"\n  OTHER\n  IGNORE\n}\n",
			ignored: "enforcement_mode", other: [2]string{`evaluation_mode = "ALWAYS_DENY"`, `evaluation_mode = "ALWAYS_ALLOW"`},
			drift: func(g *acctest.Ground) error {
				return editPolicy(ctx, g, func(p *gcp.Policy) {
					p.KubernetesNamespaceAdmissionRules["payments"].EnforcementMode = 2 // dry run
				})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := func(other, ignore string) string {
				return strings.NewReplacer("OTHER", other, "IGNORE", ignore).Replace(c.config)
			}
			g, cli, _ := short(t, emulator.Options{}, config(c.other[0], ""))
			if err := c.drift(g); err != nil {
				t.Fatal(err)
			}
			cli.Write(t, config(c.other[1], "lifecycle { ignore_changes = ["+c.ignored+"] }"))
			if out, code := g.Fresh(t, cli).Run(t, "apply", "-auto-approve"); code != 0 || !strings.Contains(out, "1 changed") {
				t.Fatal(out)
			}
			cli.Write(t, config(c.other[1], ""))
			if out, code := g.Fresh(t, cli).Run(t, "plan", "-detailed-exitcode"); code != 2 {
				t.Errorf("the plan does not show the drift (exit code %d): %s", code, out)
			}
		})
	}
}

// TestTheSpellingOfTheProjectLeavesKeysUnmanaged: an update that changes only the spelling of the
// project has the keys of the state in its plan. They stay unmanaged.
func TestTheSpellingOfTheProjectLeavesKeysUnmanaged(t *testing.T) {
	t.Parallel()
	config := func(project string) string {
		return acctest.HCL(t, "testdata/attestor_with_single_key.tf", map[string]any{"kms_key_version": version, "project": project})
	}
	g, cli, _ := short(t, emulator.Options{}, config(""))
	cli.Write(t, config("demo"))
	g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}
