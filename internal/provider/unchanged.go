package provider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// unchanged answers reads and plans of unchanged objects with Terraform's own data. The framework
// would decode, copy and encode every object several times for the same result.
//
// The proof is in private state. The seal has hashes of the state left by the last complete
// operation, and of its configuration. Next to it is the version of the object in the state
// (lifecycle.Recognized). Any mismatch takes the complete way: no seal, another release of the
// provider, another default project, other private state, no identity.
type unchanged struct {
	provider    *Provider
	recognizers map[string]lifecycle.Recognizer
	// compare, in tests, always takes the complete way too, and makes an error of a different
	// answer.
	compare bool
	// observe, in tests, is called for each request on the complete way.
	observe func(request, kind string)
}

// noRelease is the version of a build without a release number. Two such builds can differ, so they
// recognize nothing.
const noRelease = "dev"

func newUnchanged(p *Provider) *unchanged {
	u := &unchanged{provider: p, recognizers: map[string]lifecycle.Recognizer{}, observe: func(string, string) {}}
	if p.version == noRelease {
		return u
	}
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

const (
	// memoryOfSeal is the key of the seal in private state.
	memoryOfSeal = "seal"
	// memoryOfPlanned is the hash of the planned configuration, in planned private state only.
	memoryOfPlanned = "planned"
)

// seal is the proof of an unchanged state.
type seal struct {
	// By is the release of the provider, and Project its default project: both affect a plan.
	By      string `json:"by"`
	Project string `json:"project"`
	// State, Identity and Config are SHA-256 hashes of the bytes on the wire. Config is empty until
	// an apply, and if the plan of the apply had another configuration (notePlanned).
	State    []byte `json:"state"`
	Identity []byte `json:"identity"`
	Config   []byte `json:"config,omitempty"`
	// Rest is the SHA-256 of the rest of private state.
	Rest []byte `json:"rest"`
}

// known is an object of the state with a matching seal.
type known struct {
	lifecycle.Recognizer
	lifecycle.Recognized
	seal

	configured lifecycle.Configured
	memory     lifecycle.Memory
}

// read answers a read of an unchanged object, or returns nil.
func (u *unchanged) read(ctx context.Context, k *known, req *tfprotov6.ReadResourceRequest) *tfprotov6.ReadResourceResponse {
	if k == nil || k.Version == "" {
		return nil
	}
	if !u.compare {
		if !k.Current(ctx, k.configured, k.Recognized) {
			return nil
		}
		k.NoteRead(ctx, k.configured, k.memory, k.Recognized)
	}
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, NewIdentity: req.CurrentIdentity, Private: req.Private}
}

// plan answers a plan without changes, or returns nil. It ignores the proposed state: Terraform
// derives it from configuration and state, and it can lack values computed by the provider within a
// list.
func (u *unchanged) plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	k := u.sealed(ctx, req.TypeName, req.PriorPrivate, req.PriorState, req.PriorIdentity)
	if k == nil || !k.Plain || !exists(req.ProposedNewState) || k.Config == nil || !bytes.Equal(k.Config, hash(req.Config)) {
		return nil
	}
	resp := &tfprotov6.PlanResourceChangeResponse{
		PlannedState:    req.PriorState,
		PlannedIdentity: req.PriorIdentity,
		PlannedPrivate:  req.PriorPrivate,
	}
	if u.compare {
		return resp
	}
	if k.Stands() && !k.Current(ctx, k.configured, k.Recognized) {
		return nil
	}
	resp.Diagnostics = toProtocol(k.NotePlan(ctx, k.configured, k.memory, k.Recognized))
	return resp
}

// sealed returns an object with a matching seal, or nil.
func (u *unchanged) sealed(
	ctx context.Context, kind string, private []byte, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData,
) *known {
	recognizer, configured := u.recognizers[kind], u.provider.configured.Load()
	if recognizer == nil || configured == nil || configured.Clients.Unconfigured() || !exists(state) || identity == nil ||
		!exists(identity.IdentityData) {
		return nil
	}
	values := privateValues(private)
	k := &known{Recognizer: recognizer, configured: *configured, memory: memoryOf(values)}
	if !k.memory.Recall(ctx, memoryOfSeal, &k.seal) || !k.memory.Recall(ctx, lifecycle.MemoryOfRecognized, &k.Recognized) || k.ID == "" {
		return nil
	}
	if !k.fits(u.newSeal(configured, values, state, identity)) {
		return nil
	}
	return k
}

// fits compares seals without the configuration.
func (s *seal) fits(o seal) bool {
	return s.By == o.By && s.Project == o.Project && bytes.Equal(s.State, o.State) && bytes.Equal(s.Identity, o.Identity) &&
		bytes.Equal(s.Rest, o.Rest)
}

// sealRead seals the result of a complete read. Only an unchanged state keeps the hash of its
// configuration.
func (u *unchanged) sealRead(k *known, req *tfprotov6.ReadResourceRequest, resp *tfprotov6.ReadResourceResponse) {
	var config []byte
	if k != nil && same(req.CurrentState, resp.NewState) {
		config = k.Config
	}
	resp.Private = u.seal(req.TypeName, resp.Private, resp.NewState, resp.NewIdentity, config, resp.Diagnostics)
}

// notePlanned stores the hash of the planned configuration for the apply. With ignore_changes,
// Terraform gives the plan the ignored values of the state, and the apply those of the
// configuration: this pair of configuration and state was never planned.
func (u *unchanged) notePlanned(req *tfprotov6.PlanResourceChangeRequest, resp *tfprotov6.PlanResourceChangeResponse) {
	if u.recognizers[req.TypeName] == nil || !exists(req.Config) {
		return
	}
	values := privateValues(resp.PlannedPrivate)
	if values == nil {
		values = map[string][]byte{}
	}
	text, err := json.Marshal(hash(req.Config))
	if err != nil {
		return
	}
	values[memoryOfPlanned] = text
	if private, err := json.Marshal(values); err == nil {
		resp.PlannedPrivate = private
	}
}

// sealApply seals the result of an apply, with the configuration if it is the planned one.
func (u *unchanged) sealApply(req *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
	var planned []byte
	config := hash(req.Config)
	memoryOf(privateValues(req.PlannedPrivate)).Recall(context.Background(), memoryOfPlanned, &planned)
	if !bytes.Equal(planned, config) {
		config = nil
	}
	resp.Private = u.seal(req.TypeName, resp.Private, resp.NewState, resp.NewIdentity, config, resp.Diagnostics)
}

// seal returns private state with a seal. It adds none after a diagnostic, because the next run has
// to repeat the diagnostic. Source of the form of private state: internal/privatestate/data.go of
// terraform-plugin-framework v1.19.0.
func (u *unchanged) seal(
	kind string, private []byte, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData,
	config []byte, diags []*tfprotov6.Diagnostic,
) []byte {
	configured, values := u.provider.configured.Load(), privateValues(private)
	if u.recognizers[kind] == nil || configured == nil || !exists(state) || values == nil {
		return private
	}
	delete(values, memoryOfSeal)
	delete(values, memoryOfPlanned)
	if len(diags) == 0 && identity != nil && values[lifecycle.MemoryOfRecognized] != nil {
		s := u.newSeal(configured, values, state, identity)
		s.Config = config
		text, err := json.Marshal(s)
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

// newSeal returns the seal of a state, without a configuration.
func (u *unchanged) newSeal(
	configured *lifecycle.Configured, values map[string][]byte, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData,
) seal {
	return seal{
		By:       u.provider.version,
		Project:  configured.Clients.Project(),
		State:    hash(state),
		Identity: hash(identity.IdentityData),
		Rest:     rest(values),
	}
}

// privateValues returns the values in private state by key, or nil for another form.
func privateValues(private []byte) (values map[string][]byte) {
	if len(private) == 0 || json.Unmarshal(private, &values) != nil {
		return nil
	}
	return values
}

// memoryOf reads private values.
func memoryOf(values map[string][]byte) lifecycle.Memory {
	return lifecycle.Memory{Get: func(_ context.Context, key string) ([]byte, diag.Diagnostics) { return values[key], nil }}
}

// rest is the SHA-256 of private state without the keys of this file.
func rest(values map[string][]byte) []byte {
	sum := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key != memoryOfSeal && key != memoryOfPlanned {
			fmt.Fprintf(sum, "%q %q\n", key, values[key])
		}
	}
	return sum.Sum(nil)
}

// null is the wire form of null.
const null = "\xc0"

// exists reports whether a value is present and not null.
func exists(v *tfprotov6.DynamicValue) bool {
	return v != nil && len(v.MsgPack) > 0 && string(v.MsgPack) != null
}

// hash returns the SHA-256 of a value on the wire; nil without a value.
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

// toProtocol converts diagnostics to the protocol's form, as the framework does.
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
