package iam_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const memberAddress = "binauthz_attestor_iam_member.it"

func TestMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	object := w.attestor.String()
	id := object + " " + viewer + " " + jane
	w.Run(t,
		resource.TestStep{Config: w.config("")},
		resource.TestStep{
			PreConfig: w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) }),
			Config:    w.config(member("it", viewer, jane, "")),
			ConfigPlanChecks: does(memberAddress, plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(memberAddress, tfjsonpath.New("id"), knownvalue.StringExact(id))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(memberAddress, tfjsonpath.New("etag"), knownvalue.NotNull()),
				statecheck.ExpectIdentity(memberAddress, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(w.Project), "attestor": knownvalue.StringExact(w.attestor.ID),
					"role":   knownvalue.StringExact(viewer),
					"member": knownvalue.StringExact(jane), "condition_title": knownvalue.Null(),
					"condition_description": knownvalue.Null(), "condition_expression": knownvalue.Null(),
				}),
			},
			Check: w.has(object, viewer+": "+jane+", "+stranger),
		},
		resource.TestStep{
			ResourceName:      memberAddress,
			ImportState:       true,
			ImportStateKind:   resource.ImportCommandWithID,
			ImportStateId:     id,
			ImportStateVerify: true,
		},
		resource.TestStep{
			ResourceName:    memberAddress,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   w.attestor.ID + " " + viewer + " " + jane,
		},
		resource.TestStep{ResourceName: memberAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			PreConfig:        w.change(object, func(p *gcp.AllowPolicy) { allowpolicy.Remove(p, grant(viewer, jane)) }),
			Config:           w.config(member("it", viewer, jane, "")),
			ConfigPlanChecks: does(memberAddress, plancheck.ResourceActionCreate),
			Check:            w.has(object, viewer+": "+jane+", "+stranger),
		},
		resource.TestStep{
			Config:           w.config(member("it", viewer, joe, "")),
			ConfigPlanChecks: does(memberAddress, plancheck.ResourceActionReplace),
			Check:            w.has(object, viewer+": "+joe+", "+stranger),
		},
		resource.TestStep{Config: w.config(""), Check: w.has(object, viewer+": "+stranger)},
	)
}

// TestMemberEqualities: spellings treated as equal by the service are no change.
func TestMemberEqualities(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	first := w.config(member("it", viewer, "domain:Jane.Example.com", ""))
	steps := []resource.TestStep{{Config: first, ConfigPlanChecks: does(memberAddress, plancheck.ResourceActionCreate)}}
	short := fmt.Sprintf("resource \"binauthz_attestor_iam_member\" \"it\" {\n  attestor = binauthz_attestor.it.name\n  role = %q\n  "+
		"member = %q\n%%s\n}\n", viewer, jane)
	for _, same := range []string{
		w.config(member("it", viewer, jane, "")),
		w.config(fmt.Sprintf(short, "")),
		w.config(fmt.Sprintf(short, fmt.Sprintf("  project = %q", w.Project))),
		w.config(fmt.Sprintf(short, `  project = ""`)),
	} {
		steps = append(steps, resource.TestStep{Config: same, ConfigPlanChecks: does(memberAddress, plancheck.ResourceActionNoop)})
	}
	w.Run(t, steps...)
}

// TestMemberConditions: two conditions with the same title are two grants. An import by the title
// alone is ambiguous and fails.
func TestMemberConditions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	object := w.attestor.String()
	condition := func(expression string) string {
		return fmt.Sprintf("  condition = { title = \"For now\", expression = %q }", expression)
	}
	const early, late = `request.time < timestamp("2027-01-01T00:00:00Z")`, `request.time < timestamp("2028-01-01T00:00:00Z")`
	one := w.config(member("it", viewer, jane, condition(early)))
	both := w.config(member("it", viewer, jane, condition(early)) + member("late", viewer, jane, condition(late)))
	byTitle := object + " " + viewer + " " + jane + " For now"
	w.Run(t,
		resource.TestStep{Config: one, ConfigPlanChecks: does(memberAddress, plancheck.ResourceActionCreate)},
		resource.TestStep{
			ResourceName:    memberAddress,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   byTitle,
		},
		resource.TestStep{ResourceName: memberAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{
			Config: both, ConfigPlanChecks: does("binauthz_attestor_iam_member.late", plancheck.ResourceActionCreate),
			Check: w.has(object, viewer+" if For now: "+jane+"; "+viewer+" if For now: "+jane),
		},
		resource.TestStep{
			ResourceName: memberAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: byTitle,
			ExpectError: acctest.Words("2 conditions with the title \"For now\""),
		},
		resource.TestStep{
			ResourceName:    "binauthz_attestor_iam_member.late",
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithResourceIdentity,
		},
		resource.TestStep{ResourceName: memberAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{Config: one, Check: w.has(object, viewer+" if For now: "+jane)},
	)
}
