package attestor_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestLastKey: the last key can always be removed, because it may be stolen. The plan names the
// affected rules: they would refuse every image.
func TestLastKey(t *testing.T) {
	t.Parallel()
	const lost, without = "Warning: Attestor loses its last key, and rules refuse every image", "Warning: Attestor without public keys"
	enforced, dryRun := binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
	for name, c := range map[string]struct {
		mode  binaryauthorizationpb.AdmissionRule_EnforcementMode
		other bool // the policy requires another attestor
		fault fault.Kind
		want  []string
	}{
		"enforced": {
			mode: enforced,
			want: []string{
				lost, `cluster_admission_rules["us-central1.prod"]`, "of projects/demo/policy (the current policy)",
				"!default_admission_rule", "!" + without,
			},
		},
		"dry run":    {mode: dryRun, want: []string{without, "!" + lost}},
		"of another": {mode: enforced, other: true, want: []string{without, "!" + lost}},
		"not to read": {
			mode:  enforced,
			fault: "permission_denied",
			want:  []string{without, "Could not check for rules", "binaryauthorization.policy.get", "!" + lost},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			project := "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
			cli := w.CLI(t, project+w.config(keys(kms(w.KMSKeyVersion(t), ""))))
			if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
				t.Fatal(out)
			}
			w.require(w.name.String(), c.mode, c.other)
			if c.fault != "" {
				if err := w.Emulator.Inject(fault.Fault{Method: "GetPolicy", Kind: c.fault, Count: fault.Forever}); err != nil {
					t.Fatal(err)
				}
			}
			before := w.Calls("GetPolicy")
			cli.Write(t, project+w.config("public_keys = []"))
			out, code := w.Fresh(t, cli).Run(t, "apply", "-auto-approve")
			if code != 0 {
				t.Fatal(out)
			}
			plain := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
			for _, text := range append(c.want, " ("+w.name.String()+")") {
				if unwanted, ok := strings.CutPrefix(text, "!"); ok == strings.Contains(plain, unwanted) {
					t.Errorf("%q, unwanted %t: %s", unwanted, ok, out)
				}
			}
			if n := w.Calls("GetPolicy") - before; n != 2 {
				t.Errorf("the policy was read %d times, want once by the plan and once by the apply", n)
			}
		})
	}
}

// require gives a cluster a rule with the attestor, or with another one.
func (w *world) require(attestor string, mode binaryauthorizationpb.AdmissionRule_EnforcementMode, other bool) {
	w.t.Helper()
	if other {
		name := w.name
		name.ID, attestor = "other", "projects/demo/attestors/other"
		if _, err := w.Clients.CreateAttestor(w.t.Context(), name,
			&gcp.Attestor{AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
				UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/n"},
			}}); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := w.Clients.EditPolicy(w.t.Context(), "demo", gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.prod": {
			EvaluationMode: binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION, EnforcementMode: mode,
			RequireAttestationsBy: []string{attestor},
		}}
		return nil
	}}); err != nil {
		w.t.Fatal(err)
	}
}
