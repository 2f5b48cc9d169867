package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func schemas(t *testing.T, server tfprotov6.ProviderServer) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	all, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(all.Diagnostics) > 0 {
		t.Fatal(err, words(all.Diagnostics))
	}
	return all
}

func TestEverySchemaIsValid(t *testing.T) {
	t.Parallel()
	p := New("test")
	if diags := describe.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
	for _, construct := range p.Resources(t.Context()) {
		var resp resource.SchemaResponse
		construct().Schema(t.Context(), resource.SchemaRequest{}, &resp)
		if resp.Diagnostics.Append(resp.Schema.ValidateImplementation(t.Context())...); resp.Diagnostics.HasError() {
			t.Error(resp.Diagnostics)
		}
	}
	for _, construct := range p.DataSources(t.Context()) {
		var resp datasource.SchemaResponse
		construct().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
		if resp.Diagnostics.Append(resp.Schema.ValidateImplementation(t.Context())...); resp.Diagnostics.HasError() {
			t.Error(resp.Diagnostics)
		}
	}
	for _, construct := range p.Actions(t.Context()) {
		var resp action.SchemaResponse
		construct().Schema(t.Context(), action.SchemaRequest{}, &resp)
		if resp.Diagnostics.Append(resp.Schema.ValidateImplementation(t.Context())...); resp.Diagnostics.HasError() {
			t.Error(resp.Diagnostics)
		}
	}
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	all := schemas(t, Server(New("test"))())
	blocks := map[string]*tfprotov6.SchemaBlock{"provider": all.Provider.Block}
	for name, s := range all.ResourceSchemas {
		blocks["resource "+name] = s.Block
	}
	for name, s := range all.DataSourceSchemas {
		blocks["data source "+name] = s.Block
	}
	for name, s := range all.ActionSchemas {
		blocks["action "+name] = s.Schema.Block
	}
	for name, block := range blocks {
		if block.Description == "" {
			t.Errorf("%s is not described", name)
		}
		expectDescribed(t, name, block.Attributes)
	}
}

func expectDescribed(t *testing.T, of string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, a := range attributes {
		if a.Description == "" {
			t.Errorf("%s: %s is not described", of, a.Name)
		}
		if a.NestedType != nil {
			expectDescribed(t, of+"."+a.Name, a.NestedType.Attributes)
		}
	}
}

func TestSecretsAreSensitive(t *testing.T) {
	t.Parallel()
	for _, a := range schemas(t, Server(New("test"))()).Provider.Block.Attributes {
		if secret := a.Name == "credentials" || a.Name == "access_token"; a.Sensitive != secret {
			t.Errorf("%s: sensitive is %t", a.Name, a.Sensitive)
		}
	}
}

// TestModelsMatchTheirSchemas decodes a complete and an empty value with the model of every
// construct: the framework then compares the struct tags with the schema. The provider
// configuration is unknown, so no operation does more than decode.
func TestModelsMatchTheirSchemas(t *testing.T) {
	t.Parallel()
	server := waiting(t)
	all := schemas(t, server)
	for name, s := range all.ResourceSchemas {
		for _, full := range []bool{true, false} {
			state := dynamic(t, filled(s.ValueType(), full))
			read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: state})
			if err != nil {
				t.Fatal(err)
			}
			expectDecoded(t, "resource "+name, read.Diagnostics)
			checked, err := server.ValidateResourceConfig(t.Context(),
				&tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: state})
			if err != nil {
				t.Fatal(err)
			}
			expectDecoded(t, "configuration of "+name, checked.Diagnostics)
		}
	}
	for name, s := range all.DataSourceSchemas {
		for _, full := range []bool{true, false} {
			read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
				TypeName: name,
				Config:   dynamic(t, filled(s.ValueType(), full)),
			})
			if err != nil {
				t.Fatal(err)
			}
			expectDecoded(t, "data source "+name, read.Diagnostics)
		}
	}
	for name, s := range all.ActionSchemas {
		for _, full := range []bool{true, false} {
			stream, err := server.(tfprotov6.ActionServer).InvokeAction(t.Context(),
				&tfprotov6.InvokeActionRequest{ActionType: name, Config: dynamic(t, filled(s.Schema.ValueType(), full))})
			if err != nil {
				t.Fatal(err)
			}
			for event := range stream.Events {
				if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
					expectDecoded(t, "action "+name, completed.Diagnostics)
				}
			}
		}
	}
}

func expectDecoded(t *testing.T, what string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if said := words(diags); strings.Contains(said, "Value Conversion Error") || strings.Contains(said, "always an error in the provider") {
		t.Errorf("%s: %s", what, said)
	}
}

// TestTheFirstUseSaysWhatTheProviderWaitsFor reads a data source while the provider configuration
// is unknown.
func TestTheFirstUseSaysWhatTheProviderWaitsFor(t *testing.T) {
	t.Parallel()
	server := waiting(t)
	s := schemas(t, server).DataSourceSchemas["binauthz_attestors"]
	value := filled(s.ValueType(), false)
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	attributes["project"] = text("p")
	read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "binauthz_attestors",
		Config:   dynamic(t, tftypes.NewValue(value.Type(), attributes)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if said := words(read.Diagnostics); !strings.Contains(said, "not known yet: access_token") ||
		!strings.Contains(said, "terraform apply -target") {
		t.Error(said)
	}
}

// filled is a value of a type with a value in every attribute, or an object with null in every
// attribute.
func filled(kind tftypes.Type, full bool) tftypes.Value {
	object, isObject := kind.(tftypes.Object)
	if isObject {
		values := map[string]tftypes.Value{}
		for name, inner := range object.AttributeTypes {
			values[name] = tftypes.NewValue(inner, nil)
			if full {
				values[name] = filled(inner, full)
			}
		}
		return tftypes.NewValue(kind, values)
	}
	switch k := kind.(type) {
	case tftypes.List:
		return tftypes.NewValue(kind, []tftypes.Value{filled(k.ElementType, full)})
	case tftypes.Set:
		return tftypes.NewValue(kind, []tftypes.Value{filled(k.ElementType, full)})
	case tftypes.Map:
		return tftypes.NewValue(kind, map[string]tftypes.Value{"x": filled(k.ElementType, full)})
	}
	switch {
	case kind.Is(tftypes.Bool):
		return tftypes.NewValue(kind, true)
	case kind.Is(tftypes.Number):
		return tftypes.NewValue(kind, 1)
	}
	return tftypes.NewValue(kind, "1m")
}
