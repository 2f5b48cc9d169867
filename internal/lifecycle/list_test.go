package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

type thingQuery = Query[InProject, thing]

var describeThings = schema.Schema{Attributes: map[string]schema.Attribute{"project": ListedProject}}

type finder func(context.Context, *thingQuery) ([]*thing, error)

// found lists things with find, like the framework, for a provider with a configuration.
func found(t *testing.T, provider gcp.Config, limit int64, whole bool, find finder) []list.ListResult {
	t.Helper()
	r := things(Ops[thing]{})
	l := &List[InProject, thing]{
		Noun: "some_thing", Describe: describeThings, Identify: r.Ops.Identify, Find: find,
		Title: func(m *thing) string { return "the " + m.Name.ValueString() },
	}
	l.Configure(t.Context(), resource.ConfigureRequest{ProviderData: Configured{Clients: gcp.New(provider)}}, nil)
	raw := nulls(describeThings.Type().TerraformType(t.Context()))
	var stream list.ListResultsStream
	l.List(t.Context(), list.ListRequest{
		Config: tfsdk.Config{Raw: raw, Schema: describeThings}, Limit: limit, IncludeResource: whole,
		ResourceSchema: describeThing, ResourceIdentitySchema: identity(t, r, nil).Schema,
	}, &stream)
	return slices.Collect(stream.Results)
}

// some finds n things and adds a warning.
func some(n int) finder {
	return func(_ context.Context, q *thingQuery) ([]*thing, error) {
		var all []*thing
		for i := range n {
			m := q.New()
			m.Project, m.Name = types.StringValue("p"), types.StringValue(fmt.Sprintf("n%d", i))
			all = append(all, m)
		}
		q.Diags.AddWarning("Not all things are known", "")
		return all, nil
	}
}

func TestThingsAreListed(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{0, 2, 5} {
		for _, whole := range []bool{false, true} {
			results := found(t, gcp.Config{Project: "p"}, limit, whole, some(3))
			want := 3
			if limit == 2 {
				want = 2
			}
			if len(results) != want+1 || results[0].Identity != nil || results[0].Diagnostics.WarningsCount() != 1 {
				t.Fatalf("%d: there are %v", limit, results)
			}
			for i, r := range results[1:] {
				name := fmt.Sprintf("n%d", i)
				id, all := r.Identity.Raw, r.Resource.Raw
				if r.DisplayName != "the "+name || attribute(t, id, "name") != name || attribute(t, id, "project") != "p" ||
					len(r.Diagnostics) > 0 {
					t.Errorf("%v", r)
				}
				if all.IsNull() == whole || whole && (attribute(t, all, "name") != name || attribute(t, all, "text") != "") {
					t.Errorf("%t: %v", whole, all)
				}
			}
		}
	}
}

func TestAListThatFailsIsOneError(t *testing.T) {
	t.Parallel()
	const waits = "not configured: the provider block depends on values not known yet: project\n\n" +
		"Use values known at plan time, or apply their source first (terraform apply -target=…)."
	fails := func(err error) finder {
		return func(context.Context, *thingQuery) ([]*thing, error) { return nil, err }
	}
	what := &AttributeError{path.Root("text"), errors.New("what?")}
	denied := &gcp.Error{Kind: gcp.KindDenied, Resource: "projects/p", Message: "no", Remedy: "ask"}
	for name, c := range map[string]struct {
		provider gcp.Config
		find     finder
		detail   string
		at       path.Path
	}{
		"denied":   {gcp.Config{Project: "p"}, fails(denied), "projects/p: permission denied: no\n\nask", path.Empty()},
		"a filter": {gcp.Config{Project: "p"}, fails(what), "some things: what?", path.Root("text")},
		"no project": {gcp.Config{}, func(_ context.Context, q *thingQuery) ([]*thing, error) {
			_, err := DefaultProject(q.Clients, q.Config.Project)
			return nil, err
		}, "some things: neither this block nor the provider has a project", path.Root("project")},
		"not configured": {gcp.Config{Unknown: []string{"project"}}, some(1), "some things: " + waits, path.Empty()},
	} {
		results := found(t, c.provider, 10, true, c.find)
		if len(results) != 1 || len(results[0].Diagnostics) != 1 {
			t.Fatalf("%s: there are %v", name, results)
		}
		d := results[0].Diagnostics[0]
		if d.Summary() != "Cannot list some things" || d.Detail() != c.detail {
			t.Errorf("%s: %s: %s", name, d.Summary(), d.Detail())
		}
		if at, ok := d.(interface{ Path() path.Path }); ok != !c.at.Equal(path.Empty()) || ok && !at.Path().Equal(c.at) {
			t.Errorf("%s: %v", name, d)
		}
	}
}
