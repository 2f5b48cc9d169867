package provider

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

//nolint:paralleltest // it sets environment variables
func TestTheUserAgentIsExtendedByTheEnvironment(t *testing.T) {
	const own = "Terraform/1.2.3 terraform-provider-binauthz/test"
	for _, k := range []struct{ appended, extension, want string }{
		{"", "", own},
		{"ci/1", "", own + " ci/1"},
		{"", "blueprint/2", own + " blueprint/2"},
		{"ci/1", "blueprint/2 (note)", own + " ci/1 blueprint/2 (note)"},
		{"  ", "a\r\nX-Injected: 1é", own + " aX-Injected: 1"},
	} {
		t.Setenv("TF_APPEND_USER_AGENT", k.appended)
		t.Setenv("GOOGLE_TERRAFORM_USERAGENT_EXTENSION", k.extension)
		if got := userAgent("1.2.3", "test"); got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
}

func TestAModuleSaysWhoItIs(t *testing.T) {
	t.Parallel()
	clients := gcp.New(gcp.Config{UserAgent: "agent"})
	named := func(value any) tftypes.Value {
		return tftypes.NewValue(metaType, map[string]tftypes.Value{"module_name": tftypes.NewValue(tftypes.String, value)})
	}
	for name, k := range map[string]struct {
		value tftypes.Value
		want  string
	}{
		"named":      {named("blueprints/terraform/x/v1"), "agent blueprints/terraform/x/v1"},
		"null":       {named(nil), "agent"},
		"empty":      {named(""), "agent"},
		"unknown":    {named(tftypes.UnknownValue), "agent"},
		"line break": {named("a\nb"), "agent ab"},
		"no block":   {tftypes.NewValue(metaType, nil), "agent"},
	} {
		meta, err := tfprotov6.NewDynamicValue(metaType, k.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := clients.UserAgent(forModule(t.Context(), &meta)); got != k.want {
			t.Errorf("%s: %q, want %q", name, got, k.want)
		}
	}
	for _, meta := range []*tfprotov6.DynamicValue{nil, {}, {MsgPack: []byte{0xc1}}, {JSON: []byte(`{"module_name":[]}`)}} {
		if got := clients.UserAgent(forModule(t.Context(), meta)); got != "agent" {
			t.Errorf("%+v: %q", meta, got)
		}
	}
}

func TestTheProviderTakesAMetaBlock(t *testing.T) {
	t.Parallel()
	schema, err := Server(New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || schema.ProviderMeta == nil || !schema.ProviderMeta.ValueType().Equal(metaType) {
		t.Errorf("%+v, %v", schema.ProviderMeta, err)
	}
}

// contexts is a server to record the context of each request with a meta block.
type contexts struct {
	everything
	agents []string
	of     func(context.Context) string
}

func (c *contexts) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	c.agents = append(c.agents, c.of(ctx))
	return nil, nil
}

func (c *contexts) PlanResourceChange(
	ctx context.Context, _ *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	c.agents = append(c.agents, c.of(ctx))
	return nil, nil
}

func (c *contexts) ApplyResourceChange(
	ctx context.Context, _ *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	c.agents = append(c.agents, c.of(ctx))
	return nil, nil
}

func (c *contexts) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	c.agents = append(c.agents, c.of(ctx))
	return nil, nil
}

func TestEveryRequestOfAModuleIsItsOwn(t *testing.T) {
	t.Parallel()
	meta, err := tfprotov6.NewDynamicValue(metaType, tftypes.NewValue(metaType, map[string]tftypes.Value{
		"module_name": tftypes.NewValue(tftypes.String, "m/1"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	inner := &contexts{of: gcp.New(gcp.Config{UserAgent: "agent"}).UserAgent}
	s := &server{unchanged: newUnchanged(New("test")), everything: inner, stops: &stops{}}
	_, err1 := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{ProviderMeta: &meta})
	_, err2 := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{ProviderMeta: &meta})
	_, err3 := s.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{ProviderMeta: &meta})
	_, err4 := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{ProviderMeta: &meta})
	if err := errors.Join(err1, err2, err3, err4); err != nil ||
		strings.Join(inner.agents, ",") != strings.TrimSuffix(strings.Repeat("agent m/1,", 4), ",") {
		t.Errorf("%q, %v", inner.agents, err)
	}
}
