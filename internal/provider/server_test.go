package provider

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Terraform uses these optional parts of the server through interfaces.
var (
	_ tfprotov6.ListResourceServer = (*server)(nil)
	_ tfprotov6.ActionServer       = (*server)(nil)
	_ tfprotov6.StateStoreServer   = (*server)(nil)
)

// requests are the requests of a plan and an apply for the resource binauthz_note.
func requests(state *tfprotov6.DynamicValue) map[string]func(context.Context, tfprotov6.ProviderServer) error {
	const noun = "binauthz_note"
	return map[string]func(context.Context, tfprotov6.ProviderServer) error{
		"ValidateResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: noun, Config: state})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
				TypeName: noun,
				RawState: &tfprotov6.RawState{JSON: []byte(`{}`)},
			})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{
				TypeName:    noun,
				RawIdentity: &tfprotov6.RawState{JSON: []byte(`{}`)},
			})
			return err
		},
		"ReadResource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: noun, CurrentState: state})
			return err
		},
		"PlanResourceChange": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
				TypeName:         noun,
				Config:           state,
				PriorState:       state,
				ProposedNewState: state,
			})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
				TypeName:     noun,
				Config:       state,
				PriorState:   state,
				PlannedState: state,
			})
			return err
		},
		"ImportResourceState": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: noun, ID: "p/n"})
			return err
		},
		"MoveResourceState": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.MoveResourceState(ctx, &tfprotov6.MoveResourceStateRequest{
				TargetTypeName: noun,
				SourceState:    &tfprotov6.RawState{JSON: []byte(`{}`)},
			})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ValidateDataResourceConfig(ctx,
				&tfprotov6.ValidateDataResourceConfigRequest{TypeName: "binauthz_attestor", Config: state})
			return err
		},
		"ReadDataSource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "binauthz_attestor", Config: state})
			return err
		},
		"ValidateListResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.(tfprotov6.ListResourceServer).ValidateListResourceConfig(ctx,
				&tfprotov6.ValidateListResourceConfigRequest{TypeName: noun, Config: state})
			return err
		},
		"ValidateActionConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.(tfprotov6.ActionServer).ValidateActionConfig(ctx,
				&tfprotov6.ValidateActionConfigRequest{ActionType: "none", Config: state})
			return err
		},
		"PlanAction": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.(tfprotov6.ActionServer).PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: "none", Config: state})
			return err
		},
		"CallFunction": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "none"})
			return err
		},
	}
}

func TestNothingOfAnAnsweredRequestIsKept(t *testing.T) {
	t.Parallel()
	server := waiting(t)
	state := empty(t, server, "binauthz_note")
	for name, send := range requests(state) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectCollected(t, sendWithLoad(t, server, send))
		})
	}
	t.Cleanup(func() { runtime.KeepAlive(server) })
}

func sendWithLoad(
	t *testing.T, server tfprotov6.ProviderServer, send func(context.Context, tfprotov6.ProviderServer) error,
) weak.Pointer[load] {
	t.Helper()
	dragged := &load{}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, dragged))
	defer cancel()
	_ = send(ctx, server) // an error is an answer too
	return weak.Make(dragged)
}

// TestTheFrameworkStillKeepsRequests fails once the framework releases requests and the wrapper is
// no longer needed.
func TestTheFrameworkStillKeepsRequests(t *testing.T) {
	t.Parallel()
	bare := wait(t, providerserver.NewProtocol6(New("test"))())
	dragged := sendWithLoad(t, bare, requests(empty(t, bare, "binauthz_note"))["ReadResource"])
	runtime.GC()
	if dragged.Value() == nil {
		t.Error("the framework lets go of requests by itself: the wrapper can go")
	}
	runtime.KeepAlive(bare)
}

// waiting is a server with an unknown provider configuration, so no operation makes a call.
func waiting(tb testing.TB) tfprotov6.ProviderServer {
	tb.Helper()
	return wait(tb, Server(New("test"))())
}

func wait(tb testing.TB, server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	tb.Helper()
	value := rawBlock(tb, map[string]tftypes.Value{"access_token": unknown(tftypes.String)})
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		tb.Fatal(err)
	}
	configured, err := server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: &dynamic})
	if err != nil || len(configured.Diagnostics) > 0 {
		tb.Fatal(err, words(configured.Diagnostics))
	}
	return server
}

// empty is a resource's state without any value.
func empty(tb testing.TB, server tfprotov6.ProviderServer, resource string) *tfprotov6.DynamicValue {
	tb.Helper()
	schemas, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	return dynamic(tb, filled(schemas.ResourceSchemas[resource].ValueType(), false))
}

func dynamic(tb testing.TB, value tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	d, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		tb.Fatal(err)
	}
	return &d
}

// BenchmarkReadResource measures the memory still in use after each finished request. B/op is the
// allocated memory, kept-B/op the retained memory.
func BenchmarkReadResource(b *testing.B) {
	server := waiting(b)
	send := requests(empty(b, server, "binauthz_note"))["ReadResource"]
	before := heap()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		_ = send(context.WithValue(b.Context(), key{}, &load{}), server)
	}
	b.ReportMetric(float64(heap()-before)/float64(n), "kept-B/op")
	runtime.KeepAlive(server)
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
