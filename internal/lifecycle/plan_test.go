package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func modify(t *testing.T, r *Resource[thing], prior, planned tftypes.Value) *resource.ModifyPlanResponse {
	t.Helper()
	resp := &resource.ModifyPlanResponse{Plan: plan(planned)}
	r.ModifyPlan(t.Context(), resource.ModifyPlanRequest{
		State:  state(prior),
		Plan:   plan(planned),
		Config: tfsdk.Config{Raw: planned, Schema: describeThing},
	}, resp)
	return resp
}

func TestAPlanIsCompletedAndMayReplace(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{Plan: func(_ context.Context, c *Change[thing]) {
		if c.Prior == nil || c.Prior.Text.ValueString() != "old" || c.Config.Text.ValueString() != "new" {
			t.Errorf("%+v", c)
		}
		c.Model.ID = types.StringValue("planned")
		c.Replace.Append(path.Root("name"))
	}})
	resp := modify(t, r, aThing("old"), aThing("new"))
	if resp.Diagnostics.HasError() || attribute(t, resp.Plan.Raw, "id") != "planned" || attribute(t, resp.Plan.Raw, "text") != "new" ||
		len(resp.RequiresReplace) != 1 || !resp.RequiresReplace[0].Equal(path.Root("name")) {
		t.Errorf("%v %v %v", resp.Plan.Raw, resp.RequiresReplace, resp.Diagnostics)
	}
}

func TestKeepPriorKeepsTheState(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{Plan: func(_ context.Context, c *Change[thing]) { c.KeepPrior() }})
	if resp := modify(t, r, aThing("old"), aThing("OLD")); resp.Diagnostics.HasError() || !resp.Plan.Raw.Equal(aThing("old")) {
		t.Error(resp.Plan.Raw, resp.Diagnostics)
	}
	unset := object(map[string]string{"id": thingID, "project": "p", "name": "n"})
	if resp := modify(t, r, aThing(""), unset); resp.Diagnostics.HasError() || !resp.Plan.Raw.Equal(unset) {
		t.Error("Terraform insists on what is written where one is null:", resp.Plan.Raw, resp.Diagnostics)
	}
}

func TestADestroyIsPlannedApart(t *testing.T) {
	t.Parallel()
	planned := 0
	r := things(Ops[thing]{
		Plan: func(context.Context, *Change[thing]) { t.Error("planned as a change") },
		PlanDelete: func(_ context.Context, c *Change[thing]) {
			planned++
			c.Diags.AddWarning("Danger", c.Prior.Text.ValueString())
		},
	})
	resp := modify(t, r, aThing("old"), nothing())
	if planned != 1 || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Detail() != "old" || !resp.Plan.Raw.IsNull() {
		t.Error(planned, resp.Diagnostics)
	}
	if resp := modify(t, things(Ops[thing]{}), aThing("old"), nothing()); len(resp.Diagnostics) > 0 {
		t.Error(resp.Diagnostics)
	}
}

func TestAConfigurationIsValidated(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{Validate: func(_ context.Context, c *Change[thing]) {
		c.Diags.AddAttributeError(path.Root("text"), "No", c.Config.Text.ValueString())
	}})
	for _, r := range []*Resource[thing]{r, things(Ops[thing]{})} {
		resp := &resource.ValidateConfigResponse{}
		r.ValidateConfig(t.Context(), resource.ValidateConfigRequest{Config: tfsdk.Config{Raw: aThing("bad"), Schema: describeThing}}, resp)
		if (r.Ops.Validate != nil) != resp.Diagnostics.HasError() {
			t.Error(resp.Diagnostics)
		}
	}
}

func TestWhichProjectIsPlanned(t *testing.T) {
	t.Parallel()
	known, none, unknown := gcp.New(gcp.Config{Project: "dflt"}), gcp.New(gcp.Config{}), gcp.New(gcp.Config{Unknown: []string{"project"}})
	for name, c := range map[string]struct {
		clients *gcp.Clients
		config  types.String
		prior   string
		want    types.String
		replace bool
		fails   bool
	}{
		"written":                  {clients: known, config: types.StringValue("own"), want: types.StringValue("own")},
		"written, not known":       {clients: known, config: types.StringUnknown(), want: types.StringUnknown()},
		"the provider's":           {clients: known, want: types.StringValue("dflt")},
		"the provider's, later":    {clients: unknown, want: types.StringUnknown()},
		"none":                     {clients: none, fails: true},
		"while nothing configured": {fails: true},
		"the same":                 {clients: known, prior: "dflt", want: types.StringValue("dflt")},
		"another":                  {clients: known, prior: "own", want: types.StringValue("dflt"), replace: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			change := &Change[thing]{Clients: c.clients, Config: &thing{Project: c.config}, Model: &thing{}, Diags: &diags}
			if c.prior != "" {
				change.Prior = &thing{Project: types.StringValue(c.prior)}
			}
			PlanProject(change, func(m *thing) *types.String { return &m.Project })
			if diags.HasError() != c.fails || !c.fails && !change.Model.Project.Equal(c.want) || (len(change.Replace) > 0) != c.replace {
				t.Errorf("%s %v %v", change.Model.Project, change.Replace, diags)
			}
		})
	}
}

func TestMemoryKeepsSmallValues(t *testing.T) {
	t.Parallel()
	stored := map[string][]byte{}
	m := Memory{
		Get: func(_ context.Context, key string) ([]byte, diag.Diagnostics) { return stored[key], nil },
		Set: func(_ context.Context, key string, value []byte) diag.Diagnostics { stored[key] = value; return nil },
	}
	var got string
	if m.Recall(t.Context(), "k", &got) {
		t.Error("recalled what was never remembered")
	}
	if diags := m.Remember(t.Context(), "k", "v"); diags.HasError() || !json.Valid(stored["k"]) || !m.Recall(t.Context(), "k", &got) ||
		got != "v" {
		t.Error(diags, got)
	}
	if diags := m.Remember(t.Context(), "k", nil); diags.HasError() || m.Recall(t.Context(), "k", &got) {
		t.Error("not forgotten")
	}
	if diags := m.Remember(t.Context(), "k", func() {}); !diags.HasError() {
		t.Error("a function was remembered")
	}
	if stored["k"] = []byte("{"); m.Recall(t.Context(), "k", &got) {
		t.Error("what cannot be read was recalled")
	}
	if (Memory{}).Recall(t.Context(), "k", &got) || (Memory{}).Remember(t.Context(), "k", "v").HasError() {
		t.Error("a memory without a place remembers nothing and complains of nothing")
	}
}

func TestADataSourceReadsOrSaysWhy(t *testing.T) {
	t.Parallel()
	described := dataschema.Schema{Attributes: map[string]dataschema.Attribute{
		"id": dataschema.StringAttribute{Computed: true}, "project": dataschema.StringAttribute{Optional: true},
		"name": dataschema.StringAttribute{Optional: true}, "text": dataschema.StringAttribute{Computed: true},
	}}
	for _, failure := range []error{nil, errors.New("boom"), &AttributeError{path.Root("name"), errors.New("boom")}} {
		d := &DataSource[thing]{
			Noun: "some_things", Describe: described, Name: func(m *thing) string { return m.Name.ValueString() },
			Fetch: func(_ context.Context, clients *gcp.Clients, m *thing, _ *diag.Diagnostics) error {
				m.Text = types.StringValue(clients.Project())
				return failure
			},
		}
		d.Configure(t.Context(), datasource.ConfigureRequest{
			ProviderData: Configured{Clients: gcp.New(gcp.Config{Project: "dflt"})},
		}, &datasource.ConfigureResponse{})
		resp := &datasource.ReadResponse{State: tfsdk.State{Raw: nothing(), Schema: described}}
		d.Read(t.Context(), datasource.ReadRequest{
			Config: tfsdk.Config{Raw: object(map[string]string{"name": "n"}), Schema: described},
		}, resp)
		var at *AttributeError
		switch {
		case failure == nil:
			if resp.Diagnostics.HasError() || attribute(t, resp.State.Raw, "text") != "dflt" {
				t.Error(resp.Diagnostics)
			}
		case errors.As(failure, &at):
			expectError(t, resp.Diagnostics, "Cannot read some things", "n: boom", path.Root("name"))
		default:
			expectError(t, resp.Diagnostics, "Cannot read some things", "n: boom", path.Empty())
		}
	}
}

func TestWhichProjectADataSourceReads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider string
		config   types.String
		want     string // "" for an error
	}{
		"written": {"dflt", types.StringValue("own"), "own"}, "full name": {"", types.StringValue("projects/own"), "own"},
		"the provider's": {"dflt", types.StringNull(), "dflt"}, "none": {"", types.StringNull(), ""},
		"no project": {"dflt", types.StringValue("a b"), ""},
	} {
		got, err := DefaultProject(gcp.New(gcp.Config{Project: c.provider}), c.config)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}
