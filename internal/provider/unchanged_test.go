package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const attestorType = "binauthz_attestor"

const aPEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
-----END PUBLIC KEY-----
`

// frameworkCalls counts the requests on the complete way.
type frameworkCalls struct {
	everything
	reads, plans, validations int
}

func (c *frameworkCalls) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	c.reads++
	return c.everything.ReadResource(ctx, req)
}

func (c *frameworkCalls) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	c.plans++
	return c.everything.PlanResourceChange(ctx, req)
}

func (c *frameworkCalls) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	c.validations++
	return c.everything.ValidateResourceConfig(ctx, req)
}

// attestorWorld is an existing attestor and its data in Terraform's state.
type attestorWorld struct {
	host     string
	config   *tfprotov6.DynamicValue
	state    *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// walked is the result of one refresh and plan of the attestor by a new process.
type walked struct {
	complete *frameworkCalls
	read     *tfprotov6.ReadResourceResponse
	plan     *tfprotov6.PlanResourceChangeResponse
}

// process starts a provider.
func (w *attestorWorld) process(t *testing.T, version, project string) (*server, *frameworkCalls) {
	t.Helper()
	s := Server(New(version, WithEmulator(w.host), WithProject(project)))().(*server)
	calls := &frameworkCalls{everything: s.everything}
	s.everything = calls
	block := rawBlock(t, nil)
	value := onTheWire(t, block)
	if configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: value}); err != nil ||
		len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}
	return s, calls
}

func onTheWire(t *testing.T, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// attestorConfig is a configuration of an attestor with these attributes and one key.
func attestorConfig(t *testing.T, s tfprotov6.ProviderServer, key, attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.ResourceSchemas[attestorType].ValueType().(tftypes.Object)
	list := kind.AttributeTypes["public_keys"].(tftypes.List)
	values := nulls(kind)
	values["public_keys"] = tftypes.NewValue(list, []tftypes.Value{objectOf(list.ElementType.(tftypes.Object), key)})
	values["name"], values["note"] = text("built"), text("projects/demo/notes/built")
	maps.Copy(values, attributes)
	return onTheWire(t, tftypes.NewValue(kind, values))
}

func nulls(kind tftypes.Object) map[string]tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, of := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
	}
	return values
}

func objectOf(kind tftypes.Object, attributes map[string]tftypes.Value) tftypes.Value {
	values := nulls(kind)
	maps.Copy(values, attributes)
	return tftypes.NewValue(kind, values)
}

// pkix is a key without an expiry and without a lookup.
func pkix(*testing.T) map[string]tftypes.Value {
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"public_key_pem": tftypes.String, "signature_algorithm": tftypes.String}}
	return map[string]tftypes.Value{
		"pkix": tftypes.NewValue(kind, map[string]tftypes.Value{
			"public_key_pem": text(aPEM), "signature_algorithm": text("ECDSA_P256_SHA256"),
		}),
	}
}

// made creates an attestor with a key.
func made(t *testing.T, key map[string]tftypes.Value) *attestorWorld {
	t.Helper()
	e, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	w := &attestorWorld{host: e.Addr()}
	s, _ := w.process(t, "test", "demo")
	w.config = attestorConfig(t, s, key, nil)
	none := &tfprotov6.DynamicValue{MsgPack: []byte(null)}
	plan, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         attestorType,
		PriorState:       none,
		ProposedNewState: w.config,
		Config:           w.config,
	})
	if err != nil || failed(plan.Diagnostics) {
		t.Fatal(err, words(plan.Diagnostics))
	}
	applied, err := s.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName:       attestorType,
		PriorState:     none,
		PlannedState:   plan.PlannedState,
		PlannedPrivate: plan.PlannedPrivate,
		Config:         w.config,
	})
	if err != nil || len(applied.Diagnostics) > 0 {
		t.Fatal(err, words(applied.Diagnostics))
	}
	w.state, w.private, w.identity = applied.NewState, applied.Private, applied.NewIdentity
	return w
}

// walk reads the attestor and plans it.
func (w *attestorWorld) walk(t *testing.T, version, project string) walked {
	t.Helper()
	s, calls := w.process(t, version, project)
	read, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName:        attestorType,
		CurrentState:    w.state,
		Private:         w.private,
		CurrentIdentity: w.identity,
	})
	if err != nil || failed(read.Diagnostics) {
		t.Fatal(err, words(read.Diagnostics))
	}
	plan, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: attestorType, PriorState: read.NewState, ProposedNewState: read.NewState, Config: w.config, PriorPrivate: read.Private,
		PriorIdentity: read.NewIdentity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return walked{calls, read, plan}
}

func TestUnchangedObjectsAreRecognized(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key              func(*testing.T) map[string]tftypes.Value
		version, project string
		change           func(*testing.T, *attestorWorld)
		reads, plans     int
	}{
		"nothing has changed":     {},
		"another release":         {version: "next", reads: 1, plans: 1},
		"another default project": {project: "other", reads: 1, plans: 1},
		"other private state": {change: func(t *testing.T, w *attestorWorld) {
			t.Helper()
			values := privateValues(w.private)
			values["operation"] = []byte(`"operation-1"`)
			w.private, _ = json.Marshal(values)
		}, reads: 1, plans: 1},
		"a build without a release": {version: "dev", reads: 1, plans: 1},
		"no private state":          {change: func(_ *testing.T, w *attestorWorld) { w.private = nil }, reads: 1, plans: 1},
		"unreadable private state": {
			change: func(_ *testing.T, w *attestorWorld) { w.private = []byte(`{"seal": 1}`) },
			reads:  1,
			plans:  1,
		},
		"no identity":              {change: func(_ *testing.T, w *attestorWorld) { w.identity = nil }, reads: 1, plans: 1},
		"changed by somebody else": {change: edited, reads: 1, plans: 1},
		"a state by other hands":   {change: anotherState, reads: 1, plans: 1},
		"another configuration":    {change: described, plans: 1},
		"a key that may expire":    {key: pgp, plans: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, version, project := pkix, "test", "demo"
			if c.key != nil {
				key = c.key
			}
			if c.version != "" {
				version = c.version
			}
			if c.project != "" {
				project = c.project
			}
			w := made(t, key(t))
			if c.change != nil {
				c.change(t, w)
			}
			got := w.walk(t, version, project)
			if got.complete.reads != c.reads || got.complete.plans != c.plans {
				t.Errorf("%d reads and %d plans went the complete way, want %d and %d", got.complete.reads, got.complete.plans, c.reads,
					c.plans)
			}
			if c.reads+c.plans == 0 && (!same(got.read.NewState, w.state) || !same(got.plan.PlannedState, w.state) ||
				string(got.plan.PlannedPrivate) != string(w.private) || got.plan.PlannedIdentity == nil) {
				t.Error("the short way changed something")
			}
		})
	}
}

// edited changes the attestor outside Terraform.
func edited(t *testing.T, w *attestorWorld) {
	t.Helper()
	clients := gcp.New(gcp.Config{EmulatorHost: w.host, Project: "demo"})
	name := resname.Attestor{Project: "demo", ID: "built"}
	attestor, err := clients.Attestor(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	attestor.Description = "by hand"
	if _, err := clients.UpdateAttestor(t.Context(), name, attestor); err != nil {
		t.Fatal(err)
	}
}

// anotherState changes the state to one never written by the provider.
func anotherState(t *testing.T, w *attestorWorld) {
	t.Helper()
	w.state = &tfprotov6.DynamicValue{
		MsgPack: []byte(strings.Replace(string(w.state.MsgPack), "projects/demo/notes/built", "projects/demo/notes/bujlt", 1)),
	}
}

func described(t *testing.T, w *attestorWorld) {
	t.Helper()
	w.config = attestorConfig(t, Server(New("test"))(), pkix(t), map[string]tftypes.Value{"description": text("other")})
}

// TestUnchangedObjectsWithTwoOwners: on the short way, a plan also warns of an object with two
// owners.
func TestUnchangedObjectsWithTwoOwners(t *testing.T) {
	t.Parallel()
	w := made(t, pkix(t))
	var values map[string][]byte
	if err := json.Unmarshal(w.private, &values); err != nil {
		t.Fatal(err)
	}
	values["instance"] = []byte(`"ANOTHER"`)
	s, calls := w.process(t, "test", "demo")
	first := w.private
	forge(t, w, s, values)
	other := w.private
	var said string
	for _, private := range [][]byte{first, other} {
		plan, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: attestorType, PriorState: w.state, ProposedNewState: w.state, Config: w.config, PriorPrivate: private,
			PriorIdentity: w.identity,
		})
		if err != nil {
			t.Fatal(err)
		}
		said += words(plan.Diagnostics)
	}
	if calls.plans != 0 || !strings.Contains(said, "is owned twice") {
		t.Errorf("%d plans went the complete way, and it was said: %s", calls.plans, said)
	}
}

func TestTheSameConfigurationIsValidatedOnce(t *testing.T) {
	t.Parallel()
	w := made(t, pkix(t))
	s, calls := w.process(t, "test", "demo")
	wrong := attestorConfig(t, s, pkix(t), map[string]tftypes.Value{"name": text("-")})
	for _, config := range []*tfprotov6.DynamicValue{w.config, w.config, wrong, wrong} {
		resp, err := s.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: attestorType, Config: config})
		if err != nil || failed(resp.Diagnostics) != (config == wrong) {
			t.Fatal(err, words(resp.Diagnostics))
		}
	}
	if calls.validations != 3 {
		t.Errorf("%d validations went the complete way, want 1 of the valid and 2 of the invalid configuration", calls.validations)
	}
}

// TestComparisonTellsDifferences: in tests, a different answer of the short and the complete way is
// an error.
func TestComparisonTellsDifferences(t *testing.T) {
	t.Parallel()
	w := made(t, pkix(t))
	s, _ := w.process(t, "test", "demo")
	s.unchanged.compare = true
	anotherState(t, w)
	described(t, w)
	forge(t, w, s, privateValues(w.private))
	plan, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: attestorType, PriorState: w.state, ProposedNewState: w.state, Config: w.config, PriorPrivate: w.private,
		PriorIdentity: w.identity,
	})
	if err != nil || !strings.Contains(words(plan.Diagnostics), "Two ways, two answers") {
		t.Error(err, words(plan.Diagnostics))
	}
	read, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName:        attestorType,
		CurrentState:    w.state,
		Private:         w.private,
		CurrentIdentity: w.identity,
	})
	if err != nil || !strings.Contains(words(read.Diagnostics), "Two ways, two answers") {
		t.Error(err, words(read.Diagnostics))
	}
}

// forge seals any state, with other private values.
func forge(t *testing.T, w *attestorWorld, s *server, values map[string][]byte) {
	t.Helper()
	forged := s.unchanged.newSeal(s.unchanged.provider.configured.Load(), values, w.state, w.identity)
	forged.Config = hash(w.config)
	text, err := json.Marshal(forged)
	if err != nil {
		t.Fatal(err)
	}
	values[memoryOfSeal] = text
	if w.private, err = json.Marshal(values); err != nil {
		t.Fatal(err)
	}
}

// pgp is a key with a possible expiry.
func pgp(t *testing.T) map[string]tftypes.Value {
	t.Helper()
	var text bytes.Buffer
	e, err := openpgp.NewEntity("Test", "", "test@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.Serialize(w), w.Close()); err != nil {
		t.Fatal(err)
	}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"ascii_armored_public_key": tftypes.String}}
	return map[string]tftypes.Value{
		"pgp": tftypes.NewValue(kind, map[string]tftypes.Value{
			"ascii_armored_public_key": tftypes.NewValue(tftypes.String, text.String()),
		}),
	}
}
