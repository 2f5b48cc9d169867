package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ServerOption is an option for the server of a provider.
type ServerOption func(*server)

// WithComparison is for tests: it answers each request about an unchanged object in both ways, and
// makes an error of a difference.
func WithComparison() ServerOption {
	return func(s *server) { s.unchanged.compare = true }
}

// WithObserver is for tests: observe is called for each read ("read") and plan ("plan") on the
// complete way, with the resource type.
func WithObserver(observe func(request, kind string)) ServerOption {
	return func(s *server) { s.unchanged.observe = observe }
}

// Server returns the constructor of a provider's protocol server.
func Server(p *Provider, options ...ServerOption) func() tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)
	return func() tfprotov6.ProviderServer {
		served := framework()
		if complete, ok := served.(everything); ok {
			s := &server{everything: complete, stops: &stops{}, unchanged: newUnchanged(p)}
			for _, set := range options {
				set(s)
			}
			return s
		}
		return served // a framework without one of the parts; a test detects it
	}
}

// everything is the full interface of the framework's server. Terraform detects optional parts by
// type, so a wrapper must not omit one.
type everything interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server releases requests after their answer. The framework keeps a cancel function of every
// request until the provider stops, and with it the request's loggers and stream: hundreds of
// megabytes in a plan of thousands of objects. So each request gets a context that forgets its
// parent at the end. Streaming requests keep theirs. Source: registerContext in
// internal/proto6server/serve.go of terraform-plugin-framework v1.19.0.
type server struct {
	everything
	stops     *stops
	unchanged *unchanged
	valid     sync.Map // of validated: the configurations found valid since the last Configure
}

// during answers one request under a context released at its end.
func during[Request, Response any](
	ctx context.Context, s *server, req Request, answer func(context.Context, Request) (Response, error),
) (Response, error) {
	held, release := hold(ctx)
	defer release()
	s.stops.enter(held)
	resp, err := answer(held, req)
	if s.stops.leave(held) && err == nil {
		refuse(resp)
	}
	return resp, err
}

func (s *server) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, s, req, s.validateResourceConfig)
}

func (s *server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, s, req, s.everything.UpgradeResourceState)
}

func (s *server) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, s, req, s.everything.UpgradeResourceIdentity)
}

func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(forModule(ctx, req.ProviderMeta), s, req, s.readResource)
}

func (s *server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(forModule(ctx, req.ProviderMeta), s, req, s.planResourceChange)
}

func (s *server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(forModule(ctx, req.ProviderMeta), s, req, s.applyResourceChange)
}

func (s *server) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, s, req, s.everything.ImportResourceState)
}

func (s *server) MoveResourceState(
	ctx context.Context, req *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	return during(ctx, s, req, s.everything.MoveResourceState)
}

func (s *server) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, s, req, s.everything.ValidateDataResourceConfig)
}

func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(forModule(ctx, req.ProviderMeta), s, req, s.everything.ReadDataSource)
}

func (s *server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return during(ctx, s, req, s.everything.CallFunction)
}

func (s *server) ValidateListResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest,
) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return during(ctx, s, req, s.everything.ValidateListResourceConfig)
}

func (s *server) ValidateActionConfig(
	ctx context.Context, req *tfprotov6.ValidateActionConfigRequest,
) (*tfprotov6.ValidateActionConfigResponse, error) {
	return during(ctx, s, req, s.everything.ValidateActionConfig)
}

func (s *server) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return during(ctx, s, req, s.everything.PlanAction)
}
