package lifecycle

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// thing is a model. The test supplies its operations.
type thing struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	Name    types.String `tfsdk:"name"`
	Text    types.String `tfsdk:"text"`
}

var describeThing = schema.Schema{Attributes: map[string]schema.Attribute{
	"id": schema.StringAttribute{Computed: true}, "project": schema.StringAttribute{Optional: true, Computed: true},
	"name": schema.StringAttribute{Required: true}, "text": schema.StringAttribute{Optional: true},
}}

const thingID = "projects/p/some_things/n"

func things(ops Ops[thing]) *Resource[thing] {
	ops.Name = func(m *thing) string {
		return "projects/" + m.Project.ValueString() + "/some_things/" + m.Name.ValueString()
	}
	ops.Identify = func(m *thing) map[string]string {
		return map[string]string{"project": m.Project.ValueString(), "name": m.Name.ValueString()}
	}
	ops.Parse = func(id, project string) (map[string]string, error) {
		parts := strings.Split(strings.TrimPrefix(strings.Replace(id, "/some_things/", "/", 1), "projects/"), "/")
		if len(parts) == 1 && project != "" {
			parts = []string{project, parts[0]}
		}
		if len(parts) != 2 || parts[1] == "" {
			return nil, errors.New("no such id: " + id)
		}
		return map[string]string{"project": parts[0], "name": parts[1]}, nil
	}
	return &Resource[thing]{
		Noun: "some_thing", Describe: describeThing, Ops: ops,
		Identity:   []IdentityAttribute{{Name: "project", Optional: true}, {Name: "name"}},
		configured: Configured{Clients: gcp.New(gcp.Config{Project: "dflt"}), Walk: walk.New()},
	}
}

func object(values map[string]string) tftypes.Value {
	kind := describeThing.Type().TerraformType(context.Background()).(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name := range kind.AttributeTypes {
		all[name] = tftypes.NewValue(tftypes.String, nil)
		if value, ok := values[name]; ok {
			all[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	return tftypes.NewValue(kind, all)
}

func nothing() tftypes.Value { return tftypes.NewValue(object(nil).Type(), nil) }

// aThing is project p, name n and this text.
func aThing(text string) tftypes.Value {
	return object(map[string]string{"id": thingID, "project": "p", "name": "n", "text": text})
}

func state(raw tftypes.Value) tfsdk.State { return tfsdk.State{Raw: raw, Schema: describeThing} }
func plan(raw tftypes.Value) tfsdk.Plan   { return tfsdk.Plan{Raw: raw, Schema: describeThing} }

func identity(t *testing.T, r *Resource[thing], values map[string]string) *tfsdk.ResourceIdentity {
	t.Helper()
	var resp resource.IdentitySchemaResponse
	r.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &resp)
	kind := resp.IdentitySchema.Type().TerraformType(t.Context()).(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name := range kind.AttributeTypes {
		all[name] = tftypes.NewValue(tftypes.String, nil)
		if value, ok := values[name]; ok {
			all[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	return &tfsdk.ResourceIdentity{Raw: tftypes.NewValue(kind, all), Schema: resp.IdentitySchema}
}

// attribute is the text of an attribute of a state, plan or identity, "" for null.
func attribute(t *testing.T, raw tftypes.Value, name string) string {
	t.Helper()
	var all map[string]tftypes.Value
	if err := raw.As(&all); err != nil {
		t.Fatal(err)
	}
	var value *string
	if err := all[name].As(&value); err != nil {
		t.Fatal(err)
	}
	if value == nil {
		return ""
	}
	return *value
}
