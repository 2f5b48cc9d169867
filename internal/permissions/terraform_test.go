package permissions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// process is one start of the provider. As in Terraform, a plan and an apply have a process each.
type process struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	// warnings are the summaries of all warnings.
	warnings []string
}

// stored is a resource in a state.
type stored struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// planned is the planned change of a resource.
type planned struct {
	prior, config, value tftypes.Value
	private              []byte
	identity             *tfprotov6.ResourceIdentityData
}

func start(t *testing.T, factories map[string]func() (tfprotov6.ProviderServer, error)) *process {
	t.Helper()
	server, err := factories["binauthz"]()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, server: server}
	if p.schemas, err = described(server); err != nil {
		t.Fatal(err)
	}
	block := p.schemas.Provider.ValueType()
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0",
		Config:           dynamic(encode(t, map[string]any{}, block)),
	})
	if err := errors.Join(err, p.failure(resp.Diagnostics)); err != nil {
		t.Fatal(err)
	}
	return p
}

// described requests the schemas once: Terraform caches them too.
func described(server tfprotov6.ProviderServer) (*tfprotov6.GetProviderSchemaResponse, error) {
	describing.Do(func() {
		description, errDescription = server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})
	return description, errDescription
}

var (
	describing     sync.Once
	description    *tfprotov6.GetProviderSchemaResponse
	errDescription error
)

func (p *process) typeOf(kind string) tftypes.Type {
	return p.schemas.ResourceSchemas[kind].ValueType()
}

func (p *process) read(kind string, was *stored) (*stored, error) {
	resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: kind, CurrentState: dynamic(was.value), Private: was.private, CurrentIdentity: was.identity,
	})
	if err := errors.Join(err, p.failure(resp.Diagnostics)); err != nil {
		return nil, err
	}
	now, err := resp.NewState.Unmarshal(p.typeOf(kind))
	return &stored{now, resp.Private, resp.NewIdentity}, err
}

// plan plans a create (was is nil), a change, or a destroy (attributes are nil).
func (p *process) plan(kind string, was *stored, attributes map[string]any) (*planned, error) {
	of := p.typeOf(kind)
	next := &planned{prior: tftypes.NewValue(of, nil), config: encode(p.t, attributes, of)}
	if was != nil {
		next.prior, next.private, next.identity = was.value, was.private, was.identity
	}
	wanted := next.config
	if attributes != nil {
		wanted = proposed(p.schemas.ResourceSchemas[kind].Block.Attributes, next.prior, next.config)
	}
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, PriorState: dynamic(next.prior), ProposedNewState: dynamic(wanted), Config: dynamic(next.config),
		PriorPrivate: next.private, PriorIdentity: next.identity,
	})
	if err := errors.Join(err, p.failure(resp.Diagnostics)); err != nil {
		return nil, err
	}
	if was != nil && attributes != nil && len(resp.RequiresReplace) > 0 {
		return nil, fmt.Errorf("the plan replaces it: %v", resp.RequiresReplace)
	}
	next.value, err = resp.PlannedState.Unmarshal(of)
	next.private, next.identity = resp.PlannedPrivate, resp.PlannedIdentity
	if err == nil && next.value.Equal(next.prior) {
		err = errors.New("the plan is empty")
	}
	return next, err
}

func (p *process) apply(kind string, next *planned) (*stored, error) {
	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: kind, PriorState: dynamic(next.prior), PlannedState: dynamic(next.value), Config: dynamic(next.config),
		PlannedPrivate: next.private, PlannedIdentity: next.identity,
	})
	if err := errors.Join(err, p.failure(resp.Diagnostics)); err != nil {
		return nil, err
	}
	now, err := resp.NewState.Unmarshal(p.typeOf(kind))
	return &stored{now, resp.Private, resp.NewIdentity}, err
}

// imports takes an object into the state and reads it, like the plan of an import.
func (p *process) imports(kind, id string) error {
	resp, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id})
	if err := errors.Join(err, p.failure(resp.Diagnostics)); err != nil {
		return err
	}
	found := resp.ImportedResources[0]
	state, err := found.State.Unmarshal(p.typeOf(kind))
	if err != nil {
		return err
	}
	now, err := p.read(kind, &stored{state, found.Private, found.Identity})
	if err == nil && now.value.IsNull() {
		err = errors.New("there is nothing to import")
	}
	return err
}

func (p *process) data(kind string, attributes map[string]any) error {
	config := encode(p.t, attributes, p.schemas.DataSourceSchemas[kind].ValueType())
	resp, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: kind, Config: dynamic(config)})
	return errors.Join(err, p.failure(resp.Diagnostics))
}

func (p *process) list(kind string, attributes map[string]any) error {
	lister, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		return errors.New("the provider has no list resources")
	}
	config := encode(p.t, attributes, p.schemas.ListResourceSchemas[kind].ValueType())
	stream, err := lister.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName:        kind,
		Config:          dynamic(config),
		IncludeResource: true,
		Limit:           100,
	})
	if err != nil {
		return err
	}
	found := 0
	for result := range stream.Results {
		if err := p.failure(result.Diagnostics); err != nil {
			return err
		}
		found++
	}
	if found == 0 {
		return errors.New("nothing was found")
	}
	return nil
}

func (p *process) invoke(kind string, attributes map[string]any) error {
	invoker, ok := p.server.(tfprotov6.ActionServer)
	if !ok {
		return errors.New("the provider has no actions")
	}
	config := dynamic(encode(p.t, attributes, p.schemas.ActionSchemas[kind].Schema.ValueType()))
	plan, err := invoker.PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: kind, Config: config})
	if err := errors.Join(err, p.failure(plan.Diagnostics)); err != nil {
		return err
	}
	stream, err := invoker.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: kind, Config: config})
	if err != nil {
		return err
	}
	for event := range stream.Events {
		if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
			return p.failure(completed.Diagnostics)
		}
	}
	return errors.New("the action did not end")
}

// encode converts a Go value to a Terraform value. Omitted attributes and nil become null.
func encode(t *testing.T, attributes map[string]any, of tftypes.Type) tftypes.Value {
	t.Helper()
	if attributes == nil {
		return tftypes.NewValue(of, nil)
	}
	text, err := json.Marshal(attributes)
	if err != nil {
		t.Fatal(err)
	}
	v, err := tfprotov6.DynamicValue{JSON: text}.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		return nil // the provider refuses nil
	}
	return &d
}

// failure returns the errors among diagnostics and stores the warnings.
func (p *process) failure(diagnostics []*tfprotov6.Diagnostic) error {
	var all []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			p.warnings = append(p.warnings, d.Summary)
		}
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			all = append(all, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(all...)
}

// proposed is the configuration, with the prior value for each omitted computed attribute. Elements
// of a list are paired by their index. Source: ProposedNewState in
// https://github.com/hashicorp/terraform/blob/main/docs/resource-instance-change-lifecycle.md.
func proposed(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	var was, wanted map[string]tftypes.Value
	if config.IsNull() || prior.IsNull() || config.As(&wanted) != nil || prior.As(&was) != nil {
		return config
	}
	next := maps.Clone(wanted)
	for _, a := range attributes {
		switch {
		case wanted[a.Name].IsNull() && a.Computed:
			next[a.Name] = was[a.Name]
		case a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			next[a.Name] = proposed(a.NestedType.Attributes, was[a.Name], wanted[a.Name])
		case a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeList:
			next[a.Name] = proposedList(a.NestedType.Attributes, was[a.Name], wanted[a.Name])
		}
	}
	return tftypes.NewValue(config.Type(), next)
}

func proposedList(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	var was, next []tftypes.Value
	if config.IsNull() || prior.IsNull() || config.As(&next) != nil || prior.As(&was) != nil {
		return config
	}
	for i := range min(len(was), len(next)) {
		next[i] = proposed(attributes, was[i], next[i])
	}
	return tftypes.NewValue(config.Type(), next)
}
