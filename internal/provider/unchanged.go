package provider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// unchanged answers reads and plans of objects that have not changed, with what Terraform sent. The framework would decode, copy and
// encode every object several times to come to the same.
//
// What it goes by is in the private state of each object: a seal, which names by their hashes the state that the last complete operation
// left and the configuration that this state was applied from, and the version of the object that the state shows (lifecycle.Recognized).
// Whatever does not match a seal goes the complete way: no seal, another release of the provider, another default project, no identity,
// an object with a standing check.
type unchanged struct {
	provider    *Provider
	recognizers map[string]lifecycle.Recognizer
	// compare, in tests, takes the complete way always, and makes an error of an answer that would have differed.
	compare bool
}

func newUnchanged(p *Provider) *unchanged {
	u := &unchanged{provider: p, recognizers: map[string]lifecycle.Recognizer{}}
	for _, create := range p.Resources(context.Background()) {
		var named resource.MetadataResponse
		r := create()
		r.Metadata(context.Background(), resource.MetadataRequest{ProviderTypeName: providerType}, &named)
		if recognizer, ok := r.(lifecycle.Recognizer); ok && recognizer.Recognizes() {
			u.recognizers[named.TypeName] = recognizer
		}
	}
	return u
}

// memoryOfSeal is the key of the seal in private state.
const memoryOfSeal = "seal"

// seal is what an object is known by to be unchanged.
type seal struct {
	// By is the release of the provider, and Project its default project: both take part in a plan.
	By      string `json:"by"`
	Project string `json:"project"`
	// State and Config are the SHA-256 of what is sent over the wire. Config is empty while the state has not been applied from one.
	State  []byte `json:"state"`
	Config []byte `json:"config,omitempty"`

	lifecycle.Recognized `json:"-"`
}

// read answers a read of an object that the service has as the state has it, nil if there is more to it.
func (u *unchanged) read(ctx context.Context, req *tfprotov6.ReadResourceRequest) *tfprotov6.ReadResourceResponse {
	recognizer, memory, s := u.open(ctx, req.TypeName, req.Private, req.CurrentState)
	if s == nil || req.CurrentIdentity == nil || s.Version == "" {
		return nil
	}
	if !u.compare {
		configured := *u.provider.configured.Load()
		if !recognizer.Current(ctx, configured, s.Recognized) {
			return nil
		}
		recognizer.NoteRead(ctx, configured, memory, s.Recognized)
	}
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, NewIdentity: req.CurrentIdentity, Private: req.Private}
}

// plan answers a plan that changes nothing, nil if it might change something or has something to say.
func (u *unchanged) plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	recognizer, memory, s := u.open(ctx, req.TypeName, req.PriorPrivate, req.PriorState)
	if s == nil || !s.Plain || req.PriorIdentity == nil || !same(req.ProposedNewState, req.PriorState) || !bytes.Equal(s.Config, hash(req.Config)) {
		return nil
	}
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedIdentity: req.PriorIdentity, PlannedPrivate: req.PriorPrivate}
	if u.compare {
		return resp
	}
	configured := *u.provider.configured.Load()
	if recognizer.Stands() && !recognizer.Current(ctx, configured, s.Recognized) {
		return nil
	}
	resp.Diagnostics = toProtocol(recognizer.NotePlan(ctx, configured, memory, s.Recognized))
	return resp
}

// open returns the seal of a state, nil if there is none, or one that does not fit.
func (u *unchanged) open(ctx context.Context, kind string, private []byte, state *tfprotov6.DynamicValue) (lifecycle.Recognizer, lifecycle.Memory, *seal) {
	recognizer, configured := u.recognizers[kind], u.provider.configured.Load()
	if recognizer == nil || configured == nil || configured.Clients.Unconfigured() || !exists(state) || len(private) == 0 {
		return nil, lifecycle.Memory{}, nil
	}
	values := map[string][]byte{}
	if json.Unmarshal(private, &values) != nil {
		return nil, lifecycle.Memory{}, nil
	}
	s, memory := new(seal), lifecycle.Memory{Get: func(_ context.Context, key string) ([]byte, diag.Diagnostics) { return values[key], nil }}
	switch {
	case !memory.Recall(ctx, memoryOfSeal, s), !memory.Recall(ctx, lifecycle.MemoryOfRecognized, &s.Recognized), s.ID == "":
	case s.By != u.provider.version, s.Project != configured.Clients.Project(), !bytes.Equal(s.State, hash(state)):
	default:
		return recognizer, memory, s
	}
	return nil, lifecycle.Memory{}, nil
}

// sealRead seals what a complete read has left. The state that was there before was applied from a configuration; another was not.
func (u *unchanged) sealRead(ctx context.Context, req *tfprotov6.ReadResourceRequest, resp *tfprotov6.ReadResourceResponse) {
	var config []byte
	if _, _, s := u.open(ctx, req.TypeName, req.Private, req.CurrentState); s != nil && same(req.CurrentState, resp.NewState) {
		config = s.Config
	}
	resp.Private = u.close(req.TypeName, resp.Private, resp.NewState, config, resp.Diagnostics)
}

// sealApply seals what was applied.
func (u *unchanged) sealApply(req *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
	resp.Private = u.close(req.TypeName, resp.Private, resp.NewState, hash(req.Config), resp.Diagnostics)
}

// close returns private state with a seal, or without one if something was said of the object: it has to be said again.
// Source of the form of private state: internal/privatestate/data.go of terraform-plugin-framework v1.19.0.
func (u *unchanged) close(kind string, private []byte, state *tfprotov6.DynamicValue, config []byte, diags []*tfprotov6.Diagnostic) []byte {
	configured := u.provider.configured.Load()
	values := map[string][]byte{}
	if u.recognizers[kind] == nil || configured == nil || !exists(state) || len(private) == 0 || json.Unmarshal(private, &values) != nil {
		return private
	}
	delete(values, memoryOfSeal)
	if len(diags) == 0 && values[lifecycle.MemoryOfRecognized] != nil {
		text, err := json.Marshal(seal{By: u.provider.version, Project: configured.Clients.Project(), State: hash(state), Config: config})
		if err != nil {
			return private
		}
		values[memoryOfSeal] = text
	}
	sealed, err := json.Marshal(values)
	if err != nil {
		return private
	}
	return sealed
}

// null is how the wire has a value that is null.
const null = "\xc0"

// exists reports whether a value is there and not null.
func exists(v *tfprotov6.DynamicValue) bool {
	return v != nil && len(v.MsgPack) > 0 && string(v.MsgPack) != null
}

// hash is the SHA-256 of a value as it is on the wire; nil for none.
func hash(v *tfprotov6.DynamicValue) []byte {
	if !exists(v) {
		return nil
	}
	sum := sha256.Sum256(v.MsgPack)
	return sum[:]
}

// same reports whether two values are the same bytes on the wire.
func same(a, b *tfprotov6.DynamicValue) bool {
	return exists(a) && exists(b) && bytes.Equal(a.MsgPack, b.MsgPack)
}

// toProtocol is what the framework makes of diagnostics.
func toProtocol(diags diag.Diagnostics) []*tfprotov6.Diagnostic {
	var all []*tfprotov6.Diagnostic
	for _, d := range diags {
		severity := tfprotov6.DiagnosticSeverityWarning
		if d.Severity() == diag.SeverityError {
			severity = tfprotov6.DiagnosticSeverityError
		}
		said := &tfprotov6.Diagnostic{Severity: severity, Summary: d.Summary(), Detail: d.Detail()}
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			said.Attribute = attributePath(at.Path())
		}
		all = append(all, said)
	}
	return all
}
