package lifecycle

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// order is the model of an action.
type order struct {
	Text types.String `tfsdk:"text"`
}

var describeOrder = schema.Schema{Attributes: map[string]schema.Attribute{"text": schema.StringAttribute{Required: true}}}

// doing is an action configured by a provider with this configuration.
func doing(a Action[order], config gcp.Config) *Action[order] {
	a.Deed, a.Describe = "do_it", describeOrder
	a.Name = func(m *order) string { return "it " + m.Text.ValueString() }
	a.Configure(context.Background(), action.ConfigureRequest{ProviderData: Configured{Clients: gcp.New(config), Walk: walk.New()}}, nil)
	return &a
}

func ordered(text any) tfsdk.Config {
	return tfsdk.Config{Schema: describeOrder, Raw: tftypes.NewValue(
		tftypes.Object{AttributeTypes: map[string]tftypes.Type{"text": tftypes.String}},
		map[string]tftypes.Value{"text": tftypes.NewValue(tftypes.String, text)},
	)}
}

// invoked invokes the action and returns its response and its progress messages.
func invoked(t *testing.T, a *Action[order]) (resp *action.InvokeResponse, progress []string) {
	t.Helper()
	resp = &action.InvokeResponse{SendProgress: func(event action.InvokeProgressEvent) { progress = append(progress, event.Message) }}
	a.Invoke(t.Context(), action.InvokeRequest{Config: ordered("now")}, resp)
	return resp, progress
}

func TestAnActionIsDoneAndTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	a := doing(Action[order]{Do: func(_ context.Context, run *Run[order]) error {
		run.Progress("first")
		run.Progress(run.Config.Text.ValueString() + " in " + run.Clients.Project())
		run.Diags.AddWarning("Mind", "this")
		return nil
	}}, gcp.Config{Project: "dflt"})
	resp, progress := invoked(t, a)
	if !slices.Equal(progress, []string{"first", "now in dflt"}) || len(resp.Diagnostics) != 1 || resp.Diagnostics.HasError() {
		t.Error(progress, resp.Diagnostics)
	}
}

func TestAFailedActionSaysEverything(t *testing.T) {
	t.Parallel()
	full := &gcp.Error{
		Kind:      gcp.KindDenied,
		Method:    "DoThing",
		Resource:  "projects/p/full/name",
		Message:   "Permission denied.",
		RequestID: "req-1",
		Remedy:    "Ask for it.",
	}
	for name, c := range map[string]struct {
		err    error
		detail string
		at     path.Path
	}{
		"Google's": {
			full, "projects/p/full/name: permission denied (DoThing): Permission denied.\nRequest id: req-1\n\nAsk for it.", path.Empty(),
		},
		"another":        {errors.New("boom"), "it now: boom", path.Empty()},
		"an attribute's": {&AttributeError{path.Root("text"), errors.New("boom")}, "it now: boom", path.Root("text")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, _ := invoked(t, doing(Action[order]{Do: func(context.Context, *Run[order]) error { return c.err }}, gcp.Config{}))
			expectError(t, resp.Diagnostics, "Cannot do it", c.detail, c.at)
		})
	}
}

func TestAnActionWaitsForTheProvider(t *testing.T) {
	t.Parallel()
	never := func(context.Context, *Run[order]) error {
		t.Error("done without a provider")
		return nil
	}
	a := doing(Action[order]{Do: never, Plan: never}, gcp.Config{Unknown: []string{"access_token"}})
	var planned action.ModifyPlanResponse
	a.ModifyPlan(t.Context(), action.ModifyPlanRequest{Config: ordered("now")}, &planned)
	if len(planned.Diagnostics) > 0 {
		t.Error(planned.Diagnostics)
	}
	resp, _ := invoked(t, a)
	expectError(t, resp.Diagnostics, "Cannot do it",
		"provider: not configured: the provider block depends on values not known yet: access_token\n\n"+
			"Use values known at plan time, or apply their source first (terraform apply -target=…).", path.Empty())
}

func TestThePlanOfAnActionRefusesWithoutAnInvocation(t *testing.T) {
	t.Parallel()
	a := doing(Action[order]{Plan: func(_ context.Context, run *Run[order]) error {
		if run.Config.Text.IsUnknown() {
			return nil
		}
		return &AttributeError{path.Root("text"), errors.New("no")}
	}}, gcp.Config{})
	var later, now action.ModifyPlanResponse
	a.ModifyPlan(t.Context(), action.ModifyPlanRequest{Config: ordered(tftypes.UnknownValue)}, &later)
	a.ModifyPlan(t.Context(), action.ModifyPlanRequest{Config: ordered("now")}, &now)
	if len(later.Diagnostics) > 0 {
		t.Error(later.Diagnostics)
	}
	expectError(t, now.Diagnostics, "Cannot do it", "it now: no", path.Root("text"))
	var without action.ModifyPlanResponse
	doing(Action[order]{}, gcp.Config{}).ModifyPlan(t.Context(), action.ModifyPlanRequest{Config: ordered("now")}, &without)
	if len(without.Diagnostics) > 0 {
		t.Error(without.Diagnostics)
	}
}

func TestAnActionIsWhatTerraformAsksFor(t *testing.T) {
	t.Parallel()
	var a action.Action = doing(Action[order]{}, gcp.Config{})
	var named action.MetadataResponse
	a.Metadata(t.Context(), action.MetadataRequest{ProviderTypeName: "binauthz"}, &named)
	var described action.SchemaResponse
	a.Schema(t.Context(), action.SchemaRequest{}, &described)
	_, configures := a.(action.ActionWithConfigure)
	_, plans := a.(action.ActionWithModifyPlan)
	if named.TypeName != "binauthz_do_it" || described.Schema.Attributes["text"] == nil || !configures || !plans {
		t.Error(named.TypeName, described.Schema, configures, plans)
	}
}
