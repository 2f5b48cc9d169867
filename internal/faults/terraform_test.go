package faults_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a resource as the user wrote it.
type object struct {
	kind, name string
	// stage orders objects by reference: lower ones are created first and destroyed last.
	stage      int
	attributes map[string]any
}

func (o object) address() string { return o.kind + "." + o.name }

// stored is a resource in the state.
type stored struct {
	object
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

// state is everything Terraform knows, by address.
type state map[string]*stored

// planned is the planned change of a resource.
type planned struct {
	object
	prior, config, value tftypes.Value
	private              []byte
	identity             *tfprotov6.ResourceIdentityData
}

func (p *planned) empty() bool { return p.prior.Equal(p.value) }

// process is one start of the provider, without knowledge of earlier ones.
type process struct {
	server  tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
	panics  int
	mu      sync.Mutex
}

// start starts a provider; block is the provider block of the configuration.
func (w *world) start(t *testing.T, block map[string]any) *process {
	t.Helper()
	server, err := w.Factories()["binauthz"]()
	if err != nil {
		t.Fatal(err)
	}
	described, err := describe(server)
	if err != nil {
		t.Fatal(err)
	}
	config, err := encode(maps.Clone(block), described.Provider.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0",
		Config:           dynamic(config),
	})
	if err := errors.Join(err, failure("configure", configured.Diagnostics)); err != nil {
		t.Fatal(err)
	}
	return &process{server: server, schemas: described.ResourceSchemas}
}

var (
	description     *tfprotov6.GetProviderSchemaResponse
	descriptionOnce sync.Once
)

// describe asks for the schemas once: Terraform keeps them too.
func describe(server tfprotov6.ProviderServer) (described *tfprotov6.GetProviderSchemaResponse, err error) {
	descriptionOnce.Do(func() {
		description, err = server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})
	return description, err
}

// plan refreshes the state and returns the changes to the configuration. It destroys objects in the
// state but not in the configuration.
func (p *process) plan(before state, config []object) (map[string]*planned, error) {
	wanted := map[string]object{}
	for _, o := range config {
		wanted[o.address()] = o
	}
	for address, s := range before {
		if _, ok := wanted[address]; !ok {
			gone := s.object
			gone.attributes = nil
			wanted[address] = gone
		}
	}
	var mu sync.Mutex
	plans := map[string]*planned{}
	err := p.each(slices.Collect(maps.Values(wanted)), func(o object) error {
		mu.Lock()
		was := before[o.address()]
		mu.Unlock()
		was, err := p.refresh(o, was)
		if err != nil {
			return err
		}
		next, err := p.planOne(o, was)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		plans[o.address()] = next
		if was == nil {
			delete(before, o.address())
		} else {
			before[o.address()] = was
		}
		return nil
	})
	return plans, err
}

func (p *process) refresh(o object, was *stored) (*stored, error) {
	if was == nil {
		return nil, nil
	}
	reply, err := p.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{
		TypeName: o.kind, CurrentState: dynamic(was.value), Private: was.private, CurrentIdentity: was.identity,
	})
	if err != nil {
		return nil, err
	}
	if err := failure("read "+o.address(), reply.Diagnostics); err != nil {
		return nil, err
	}
	now, err := reply.NewState.Unmarshal(p.typeOf(o))
	if err != nil || now.IsNull() {
		return nil, err
	}
	return &stored{object: was.object, value: now, private: reply.Private, identity: reply.NewIdentity, tainted: was.tainted}, nil
}

func (p *process) planOne(o object, was *stored) (*planned, error) {
	of := p.typeOf(o)
	next := &planned{object: o, prior: tftypes.NewValue(of, nil)}
	if was != nil {
		next.prior, next.private, next.identity = was.value, was.private, was.identity
	}
	var err error
	if next.config, err = encode(o.attributes, of); err != nil {
		return nil, err
	}
	request := &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.kind, PriorState: dynamic(next.prior), Config: dynamic(next.config), PriorPrivate: next.private,
		PriorIdentity:    next.identity,
		ProposedNewState: dynamic(tftypes.NewValue(of, nil)),
	}
	if o.attributes != nil {
		request.ProposedNewState = dynamic(proposed(p.schemas[o.kind].Block.Attributes, next.prior, next.config))
	}
	reply, err := p.server.PlanResourceChange(context.Background(), request)
	if err != nil {
		return nil, err
	}
	if err := failure("plan "+o.address(), reply.Diagnostics); err != nil {
		return nil, err
	}
	if len(reply.RequiresReplace) > 0 && was != nil && o.attributes != nil {
		return nil, fmt.Errorf("%s is to be replaced", o.address())
	}
	next.value, err = reply.PlannedState.Unmarshal(of)
	next.private, next.identity = reply.PlannedPrivate, reply.PlannedIdentity
	return next, err
}

// each does something to objects at the same time, as Terraform does. A panic is an error and is
// counted.
func (p *process) each(objects []object, do func(object) error) error {
	failures := make([]error, len(objects))
	var group sync.WaitGroup
	for i, o := range objects {
		group.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					failures[i] = fmt.Errorf("%s: panic: %v", o.address(), r)
					p.mu.Lock()
					defer p.mu.Unlock()
					p.panics++
				}
			}()
			failures[i] = do(o)
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

func (p *process) typeOf(o object) tftypes.Type { return p.schemas[o.kind].ValueType() }
