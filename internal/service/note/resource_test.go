package note_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const address = "binauthz_note.it"

func config(name, body string) string {
	return fmt.Sprintf("resource \"binauthz_note\" \"it\" {\n  name = %q\n%s\n}\n", name, body)
}

func does(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

func gone(g *acctest.Ground, names ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, name := range names {
			_, err := g.Clients.Note(context.Background(), resname.Note{Project: g.Project, ID: name})
			if !gcp.IsKind(err, gcp.KindNotFound) {
				return fmt.Errorf("%s is still there: %w", name, err)
			}
		}
		return nil
	}
}

func TestNote(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	name, other := g.Name("note"), g.Name("note")
	g.RunChecked(t, gone(g, name, other),
		resource.TestStep{
			Config:           config(name, `human_readable_name = "Built by CI"`),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact("projects/"+g.Project+"/notes/"+name)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("create_time"), knownvalue.NotNull()),
				statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(g.Project), "name": knownvalue.StringExact(name),
				}),
			},
		},
		resource.TestStep{ // every attribute, in place
			Config: config(name, `
				human_readable_name = "Built by our CI"
				short_description   = "short"
				long_description    = "long"
				expiration_time     = "2040-01-02T03:04:05Z"
				related_url         = [{ url = "https://example.com/b" }, { url = "https://example.com/a", label = "A" }]`),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("human_readable_name"), knownvalue.StringExact("Built by our CI")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("related_url"), knownvalue.SetSizeExact(2)),
			},
		},
		resource.TestStep{ // the same moment and the same links, written differently
			Config: config(name, `
				human_readable_name = "Built by our CI"
				short_description   = "short"
				long_description    = "long"
				expiration_time     = "2040-01-02T04:04:05+01:00"
				related_url         = [{ url = "https://example.com/a", label = "A" }, { url = "https://example.com/b" }]`),
			ConfigPlanChecks: does(plancheck.ResourceActionNoop),
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: name},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   g.Project + "/" + name,
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{ // an empty label for an absent one
			Config: config(name, `
				human_readable_name = "Built by our CI"
				short_description   = "short"
				long_description    = "long"
				expiration_time     = "2040-01-02T03:04:05Z"
				related_url         = [{ url = "https://example.com/b", label = "" }, { url = "https://example.com/a", label = "A" }]
				related_note_names  = []`),
			ConfigPlanChecks: does(plancheck.ResourceActionNoop),
		},
		resource.TestStep{ // back to the least
			Config:           config(name, `human_readable_name = "Built by our CI"`),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("short_description"), knownvalue.StringExact("")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("expiration_time"), knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:           config(other, `human_readable_name = "Built by our CI"`),
			ConfigPlanChecks: does(plancheck.ResourceActionReplace),
		},
	)
}

func TestNoteDrift(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	name := resname.Note{Project: g.Project, ID: g.Name("note")}
	body := config(name.ID, `human_readable_name = "A"`)
	g.Run(t,
		resource.TestStep{Config: body},
		resource.TestStep{
			PreConfig: func() {
				if _, err := g.Clients.UpdateNote(context.Background(), name, &gcp.Note{ShortDescription: "by hand"},
					"short_description"); err != nil {
					t.Fatal(err)
				}
			},
			Config:           body,
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := g.Clients.DeleteNote(context.Background(), name); err != nil {
					t.Fatal(err)
				}
			},
			Config:           body,
			ConfigPlanChecks: does(plancheck.ResourceActionCreate),
		},
	)
}

func TestNoteRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	for _, c := range []struct{ body, want string }{
		{`name = "projects/p/notes/n"` + "\nhuman_readable_name = \"x\"", `must be a bare note id`},
		{"name = \"n\"\nhuman_readable_name = \"\"", `human_readable_name`},
		{"name = \"n\"\nhuman_readable_name = \"x\"\nproject = \"projects/demo\"", `is not the id of a project`},
		{"name = \"n\"\nhuman_readable_name = \"x\"\nproject = \"123456\"", `is not the id of a project`},
		{"name = \"n\"\nhuman_readable_name = \"x\"\nexpiration_time = \"tomorrow\"", `tomorrow is not a time in RFC 3339`},
	} {
		g.Run(t, resource.TestStep{
			Config:      "resource \"binauthz_note\" \"it\" {\n" + c.body + "\n}",
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(c.want),
		})
	}
}

func TestNoteThatIsThereAlready(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	name := g.Name("note")
	twice := config(name, `human_readable_name = "x"`) +
		"resource \"binauthz_note\" \"again\" {\n name = binauthz_note.it.name\n human_readable_name = \"y\"\n}\n"
	g.Run(t, resource.TestStep{
		Config:      twice,
		ExpectError: regexp.MustCompile(`(?s)Cannot create note.*already exists.*import \{.*id = "projects/.*/notes/` + name),
	})
}

// TestNoteWithEmptyAndUnknownParts: empty labels stay empty, and values unknown at plan are written
// by the apply.
func TestNoteWithEmptyAndUnknownParts(t *testing.T) {
	t.Parallel()
	g := acctest.New(t)
	name, other := g.Name("note"), g.Name("note")
	later := func(input string) string {
		return "resource \"terraform_data\" \"later\" {\n  input = \"" + input + "\"\n}\n" + config(name, `human_readable_name = "x"
			related_note_names = [terraform_data.later.output]
			related_url        = [{ url = "https://example.com", label = "" }, { url = terraform_data.later.output }]`)
	}
	g.Run(t,
		resource.TestStep{Config: config(name, `human_readable_name = "x"
			related_url = [{ url = "https://example.com", label = "" }]`), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
		resource.TestStep{
			Config:           later("projects/" + g.Project + "/notes/" + other),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			Config:           later("projects/" + g.Project + "/notes/" + name),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
	)
}
