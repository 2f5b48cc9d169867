package platformpolicy_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const address = "binauthz_platform_policy.it"

// world has a policy with its own name.
type world struct {
	*acctest.Ground
	t    *testing.T
	name resname.PlatformPolicy
}

func newWorld(t *testing.T, g *acctest.Ground) *world {
	return &world{Ground: g, t: t, name: resname.PlatformPolicy{Project: g.Project, Platform: "gke", ID: g.Name("policy")}}
}

// config returns a policy. policy is the content of gke_policy, and more holds the other
// attributes.
func (w *world) config(policy, more string) string {
	return fmt.Sprintf("resource \"binauthz_platform_policy\" \"it\" {\n  name = %q\n  gke_policy = {\n%s\n  }\n%s\n}\n",
		w.name.ID, policy, more)
}

// rest returns a check set for everything else, with checks.
func rest(checks string) string {
	return "check_sets = [{ checks = [" + checks + "] }]"
}

const freshness = "{ image_freshness_check = { max_upload_age_days = 30 } }"

// signed returns a check of attestations by keys.
func signed(keys string) string {
	return "{ simple_signing_attestation_check = { attestation_authenticators = [{ pkix_public_key_set = { pkix_public_keys = [" + keys +
		"] } }] } }"
}

func pkix(t *testing.T, file, algorithm, more string) string {
	return fmt.Sprintf("{ public_key_pem = %q, signature_algorithm = %q\n%s }", known(t, file), algorithm, more)
}

func kms(version, more string) string {
	return fmt.Sprintf("{ kms_key_version = %q\n%s }", version, more)
}

// known returns a key from testdata, made by another program.
func known(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../attest/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// does expects an action on the policy, and an empty plan afterwards.
func does(action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// gone fails if the policy still exists after a destroy.
func (w *world) gone(*terraform.State) error {
	if _, err := w.Clients.FreshPlatformPolicy(context.Background(), w.name); !gcp.IsKind(err, gcp.KindNotFound) {
		return fmt.Errorf("%s is still there: %w", w.name, err)
	}
	return nil
}

// change changes the policy without the provider.
func (w *world) change(edit func(*gcp.PlatformPolicy)) {
	w.t.Helper()
	policy, err := w.Clients.FreshPlatformPolicy(context.Background(), w.name)
	if err != nil {
		w.t.Fatal(err)
	}
	edit(policy)
	if _, err := w.Clients.ReplacePlatformPolicy(context.Background(), w.name, policy); err != nil {
		w.t.Fatal(err)
	}
}

// faulty returns a world with a fault in the emulator.
func faulty(t *testing.T, text string) *world {
	t.Helper()
	f, err := fault.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, acctest.NewEmulated(t, emulator.Options{Faults: []fault.Fault{f}}))
}
