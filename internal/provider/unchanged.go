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

// unchanged answers reads and plans of objects that have not changed, with what Terraform sent. The framework would decode, copy and
// encode every object several times to come to the same.
//
// Private state has two things to go by. The seal has the hashes of the state that the last complete operation left, and of the
// configuration that this state was applied from. Beside it is the version of the object that the state shows (lifecycle.Recognized).
// Whatever does not match goes the complete way: no seal, another release of the provider, another default project, other private state,
// no identity.
type unchanged struct {
	provider    *Provider
	recognizers map[string]lifecycle.Recognizer
	// compare, in tests, takes the complete way always, and makes an error of an answer that would have differed.
	compare bool
	// observe, in tests, is told of what goes the complete way.
	observe func(request, kind string)
}

// noRelease is the version of a build that is none: two such builds can differ, so nothing is recognized.
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

// memoryOfSeal is the key of the seal in private state.
const memoryOfSeal = "seal"

// seal is what a state is known by to be unchanged.
type seal struct {
	// By is the release of the provider, and Project its default project: both take part in a plan.
	By      string `json:"by"`
	Project string `json:"project"`
	// State, Identity and Config are the SHA-256 of what is sent over the wire. Config is empty while the state has not been applied from
	// one.
	State    []byte `json:"state"`
	Identity []byte `json:"identity"`
	Config   []byte `json:"config,omitempty"`
	// Rest is the SHA-256 of everything else in private state.
	Rest []byte `json:"rest"`
}

// known is an object of the state whose seal fits.
type known struct {
	lifecycle.Recognizer
	lifecycle.Recognized
	seal

	configured lifecycle.Configured
	memory     lifecycle.Memory
}

// read answers a read of an object that the service has as the state has it, nil if there is more to it.
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

// plan answers a plan that changes nothing, nil if it might change something. The proposed state need not be looked at: Terraform makes it
// of the configuration and the state, and it can lack what the provider computes within a list.
func (u *unchanged) plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	k := u.sealed(ctx, req.TypeName, req.PriorPrivate, req.PriorState, req.PriorIdentity)
	if k == nil || !k.Plain || !exists(req.ProposedNewState) || k.Config == nil || !bytes.Equal(k.Config, hash(req.Config)) {
		return nil
	}
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: req.PriorState, PlannedIdentity: req.PriorIdentity, PlannedPrivate: req.PriorPrivate}
	if u.compare {
		return resp
	}
	if k.Stands() && !k.Current(ctx, k.configured, k.Recognized) {
		return nil
	}
	resp.Diagnostics = toProtocol(k.NotePlan(ctx, k.configured, k.memory, k.Recognized))
	return resp
}

// sealed is an object whose state has a seal that fits, nil otherwise.
func (u *unchanged) sealed(ctx context.Context, kind string, private []byte, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData) *known {
	recognizer, configured := u.recognizers[kind], u.provider.configured.Load()
	if recognizer == nil || configured == nil || configured.Clients.Unconfigured() || !exists(state) || identity == nil || !exists(identity.IdentityData) {
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

// fits compares seals, but for the configuration.
func (s *seal) fits(o seal) bool {
	return s.By == o.By && s.Project == o.Project && bytes.Equal(s.State, o.State) && bytes.Equal(s.Identity, o.Identity) && bytes.Equal(s.Rest, o.Rest)
}

// sealRead seals what a complete read has left. The state that was there before was applied from a configuration; another was not.
func (u *unchanged) sealRead(k *known, req *tfprotov6.ReadResourceRequest, resp *tfprotov6.ReadResourceResponse) {
	var config []byte
	if k != nil && same(req.CurrentState, resp.NewState) {
		config = k.Config
	}
	resp.Private = u.seal(req.TypeName, resp.Private, resp.NewState, resp.NewIdentity, config, resp.Diagnostics)
}

// sealApply seals what was applied.
func (u *unchanged) sealApply(req *tfprotov6.ApplyResourceChangeRequest, resp *tfprotov6.ApplyResourceChangeResponse) {
	resp.Private = u.seal(req.TypeName, resp.Private, resp.NewState, resp.NewIdentity, hash(req.Config), resp.Diagnostics)
}

// seal returns private state with a seal, or without one if something was said of the object: it has to be said again.
// Source of the form of private state: internal/privatestate/data.go of terraform-plugin-framework v1.19.0.
func (u *unchanged) seal(kind string, private []byte, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, config []byte, diags []*tfprotov6.Diagnostic) []byte {
	configured, values := u.provider.configured.Load(), privateValues(private)
	if u.recognizers[kind] == nil || configured == nil || !exists(state) || values == nil {
		return private
	}
	delete(values, memoryOfSeal)
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

// newSeal is the seal of a state as it is now, without a configuration.
func (u *unchanged) newSeal(configured *lifecycle.Configured, values map[string][]byte, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData) seal {
	return seal{By: u.provider.version, Project: configured.Clients.Project(), State: hash(state), Identity: hash(identity.IdentityData), Rest: rest(values)}
}

// privateValues are the values in private state by their keys, nil if it has another form.
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

// rest is the SHA-256 of private state without its seal.
func rest(values map[string][]byte) []byte {
	sum := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key != memoryOfSeal {
			fmt.Fprintf(sum, "%q %q\n", key, values[key])
		}
	}
	return sum.Sum(nil)
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
