package policy_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const address = "binauthz_policy.it"

const (
	allow  = `{ evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }`
	deny   = `{ evaluation_mode = "ALWAYS_DENY", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }`
	dryRun = `{ evaluation_mode = "ALWAYS_DENY", enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY" }`
)

func require(attestors ...string) string {
	quoted := make([]string, len(attestors))
	for i, a := range attestors {
		quoted[i] = fmt.Sprintf("%q", a)
	}
	return `{ evaluation_mode = "REQUIRE_ATTESTATION", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG", require_attestations_by = [` +
		strings.Join(quoted, ", ") + `] }`
}

// config is a policy with a default rule; more holds its other attributes.
func config(defaultRule, more string) string {
	return "resource \"binauthz_policy\" \"it\" {\n  default_admission_rule = " + defaultRule + "\n" + more + "\n}\n"
}

func does(action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// attestors creates attestors without an existing note; a name may be "project/name".
func attestors(t *testing.T, g *acctest.Ground, names ...string) {
	t.Helper()
	for _, name := range names {
		project, id, found := strings.Cut(name, "/")
		if !found {
			project, id = g.Project, name
		}
		key := &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
			PublicKeyPem: aKey, SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
		}}
		owned := &binaryauthorizationpb.UserOwnedGrafeasNote{
			NoteReference: "projects/" + project + "/notes/n",
			PublicKeys:    []*binaryauthorizationpb.AttestorPublicKey{{PublicKey: key}},
		}
		_, err := g.Clients.CreateAttestor(context.Background(), attestorName(project, id), &gcp.Attestor{
			AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: owned},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// edit changes the policy outside Terraform.
func edit(t *testing.T, g *acctest.Ground, change func(*gcp.Policy)) {
	t.Helper()
	_, err := g.Clients.EditPolicy(context.Background(), g.Project, gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		change(p)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// now is the policy in the API.
func now(t *testing.T, g *acctest.Ground) *gcp.Policy {
	t.Helper()
	p, err := g.Clients.FreshPolicy(context.Background(), g.Project)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
