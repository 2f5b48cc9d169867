package iam_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const bindingAddress = "binauthz_attestor_iam_binding.it"

func binding(role string, members ...string) string {
	return on("binauthz_attestor_iam_binding", fmt.Sprintf("  role = %q\n  members = %s", role, list(members)))
}

func list(members []string) string {
	text := "["
	for _, m := range members {
		text += fmt.Sprintf("%q, ", m)
	}
	return text + "]"
}

func takesOver(address, text string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New("takes_over"), knownvalue.StringExact(text))
}

// TestBinding: a binding owns all members of its role. Its destroy restores the earlier members.
func TestBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	object := w.attestor.String()
	w.Run(t,
		resource.TestStep{Config: w.config("")},
		resource.TestStep{
			PreConfig: w.change(object, func(p *gcp.AllowPolicy) {
				allowpolicy.Add(p, grant(viewer, stranger))
				allowpolicy.Add(p, grant(verifier, stranger))
			}),
			Config:           w.config(binding(viewer, jane, joe)),
			ConfigPlanChecks: does(bindingAddress, plancheck.ResourceActionCreate, takesOver(bindingAddress, stranger)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentity(bindingAddress, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(w.Project), "attestor": knownvalue.StringExact(w.attestor.ID),
					"role":            knownvalue.StringExact(viewer),
					"condition_title": knownvalue.Null(), "condition_description": knownvalue.Null(),
					"condition_expression": knownvalue.Null(),
				}),
			},
			Check: w.has(object, verifier+": "+stranger+"; "+viewer+": "+jane+", "+joe),
		},
		resource.TestStep{
			ResourceName:            bindingAddress,
			ImportState:             true,
			ImportStateKind:         resource.ImportCommandWithID,
			ImportStateVerify:       true,
			ImportStateVerifyIgnore: []string{"takes_over"},
		},
		resource.TestStep{ResourceName: bindingAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			PreConfig:        w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) }),
			Config:           w.config(binding(viewer, jane, joe)),
			ConfigPlanChecks: does(bindingAddress, plancheck.ResourceActionUpdate),
			Check:            w.has(object, verifier+": "+stranger+"; "+viewer+": "+jane+", "+joe),
		},
		resource.TestStep{
			Config:           w.config(binding(viewer, joe, "domain:JANE.example.com")),
			ConfigPlanChecks: does(bindingAddress, plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:           w.config(binding(viewer, joe)),
			ConfigPlanChecks: does(bindingAddress, plancheck.ResourceActionUpdate),
			Check:            w.has(object, verifier+": "+stranger+"; "+viewer+": "+joe),
		},
		resource.TestStep{Config: w.config(""), Check: w.has(object, verifier+": "+stranger+"; "+viewer+": "+stranger)},
	)
}

// TestImportedBindingIsDestroyed: an import knows no earlier members, so a destroy removes all
// members of the role.
func TestImportedBindingIsDestroyed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	object := w.attestor.String()
	w.Run(t,
		resource.TestStep{Config: w.config("")},
		resource.TestStep{
			PreConfig: w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, jane)) }),
			Config: w.config(binding(viewer, jane) +
				fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", bindingAddress, object+" "+viewer)),
		},
		resource.TestStep{Config: w.config(""), Check: w.has(object, "")},
	)
}

// TestBindingStopsAtAChange: an apply does not overwrite a change made elsewhere since the plan.
func TestBindingStopsAtAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	object := w.attestor.String()
	cli := w.CLI(t, w.config(binding(viewer, jane)))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, w.config(binding(viewer, joe)))
	cli.Succeeds(t, "plan", "-out=it")
	w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) })()
	cli.Fails(t, "has changed since the plan, and nothing was written", "apply", "it")
	if err := w.has(object, viewer+": "+jane+", "+stranger)(&terraform.State{}); err != nil {
		t.Error(err)
	}
}
