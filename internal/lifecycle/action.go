package lifecycle

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// Action is a framework action made of a model and functions. It reads no state and leaves none.
type Action[M any] struct {
	// Deed is the type without the provider's prefix: "sign_attestation". Diagnostics show it with
	// spaces.
	Deed     string
	Describe schema.Schema
	// Name is the object of the action, for diagnostics.
	Name func(m *M) string
	// Plan refuses invalid values. May be nil. It is called only with a configured provider.
	Plan func(ctx context.Context, run *Run[M]) error
	// Do performs the action and reports progress. It must be repeatable: every trigger invokes it.
	Do func(ctx context.Context, run *Run[M]) error

	configured Configured
}

// Run is one invocation of an action.
type Run[M any] struct {
	Clients *gcp.Clients
	// Walk is the memory of the current walk. It is for Plan.
	Walk *walk.Walk
	// Config is the configuration. In a plan, values may be unknown.
	Config *M
	// Diags collects warnings and errors of attributes.
	Diags *diag.Diagnostics
	// Progress shows the user a line at once. It is nil in a plan.
	Progress func(line string)
}

var (
	_ action.ActionWithConfigure  = (*Action[struct{}])(nil)
	_ action.ActionWithModifyPlan = (*Action[struct{}])(nil)
)

// Metadata implements action.Action.
func (a *Action[M]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.Deed
}

// Schema implements action.Action.
func (a *Action[M]) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = a.Describe
}

// Configure implements action.ActionWithConfigure.
func (a *Action[M]) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	if configured, ok := req.ProviderData.(Configured); ok {
		a.configured = configured
	}
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *Action[M]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Plan == nil || a.configured.Clients.Ready() != nil {
		return
	}
	if run := a.run(ctx, req.Config, &resp.Diagnostics); run != nil {
		a.report(a.Name(run.Config), a.Plan(ctx, run), run.Diags)
	}
}

// Invoke implements action.Action.
func (a *Action[M]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	run := a.run(ctx, req.Config, &resp.Diagnostics)
	if run == nil {
		return
	}
	run.Progress = func(line string) { resp.SendProgress(action.InvokeProgressEvent{Message: line}) }
	if err := a.configured.Clients.Ready(); err != nil {
		a.report("provider", err, run.Diags)
		return
	}
	a.report(a.Name(run.Config), a.Do(ctx, run), run.Diags)
}

func (a *Action[M]) report(name string, err error, diags *diag.Diagnostics) {
	if err != nil {
		report("Cannot "+strings.ReplaceAll(a.Deed, "_", " "), name, err, "", diags)
	}
}

func (a *Action[M]) run(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *Run[M] {
	m := decode[M](ctx, config.Get, diags)
	if m == nil {
		return nil
	}
	return &Run[M]{Clients: a.configured.Clients, Walk: a.configured.Walk, Config: m, Diags: diags}
}
