package permissions_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// scenario is one configuration of a construct.
type scenario struct {
	// construct is resource/…, data-source/…, list-resource/… or action/… with the name.
	construct string
	// with are the table's conditions met by the configuration; none for the smallest
	// configuration.
	with []string
	// before are objects to create first.
	before []object
	// config is the configuration, changed the configuration of an update; nil without an update.
	config, changed map[string]any
	// reference is the attribute for the id of the last object in before; "" for none.
	reference string
	// id is the import id, "" without an import.
	id string
	// fleet is a second configuration of the same resource: both are refreshed in one plan.
	fleet map[string]any
	// only are the operations to run; all if empty.
	only []string
	// world prepares objects without a resource type.
	world func(t *testing.T, g *acctest.Ground)
}

// object is a resource in a configuration.
type object struct {
	kind       string
	attributes map[string]any
}

func (s scenario) kind() string {
	_, kind, _ := strings.Cut(s.construct, "/")
	return kind
}

func (s scenario) category() string {
	category, _, _ := strings.Cut(s.construct, "/")
	return category
}

// trial is one run of one operation on a new emulator.
type trial struct {
	*acctest.Ground
	t *testing.T
	scenario
	// last is the process started last. It runs the operation under test.
	last *process
}

func (s scenario) trial(t *testing.T) *trial {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{cluster, otherCluster}})
	g.TakeShortWay(func(string, string) {})
	tr := &trial{Ground: g, t: t, scenario: s}
	if s.world != nil {
		s.world(t, g)
	}
	for _, o := range s.before {
		made := tr.make(o.kind, o.attributes)
		if s.reference != "" {
			tr.config = with(s.config, a{s.reference: text(made.value, "id")})
		}
	}
	return tr
}

func (tr *trial) process() *process {
	tr.last = start(tr.t, tr.Factories())
	return tr.last
}

// make creates an object, with every permission.
func (tr *trial) make(kind string, attributes map[string]any) *stored {
	tr.t.Helper()
	next, err := tr.process().plan(kind, nil, attributes)
	if err != nil {
		tr.t.Fatalf("%s: %s", kind, err)
	}
	made, err := tr.process().apply(kind, next)
	if err != nil {
		tr.t.Fatalf("%s: %s", kind, err)
	}
	return made
}

// refuse denies methods from now on.
func (tr *trial) refuse(denied []fault.Fault) {
	tr.t.Helper()
	tr.Emulator.ResetCalls()
	for _, f := range denied {
		if err := tr.Emulator.Inject(f); err != nil {
			tr.t.Fatal(err)
		}
	}
}

// operations are the operations of constructs: each prepares, denies methods, and runs the
// operation.
var operations = map[string]func(tr *trial, denied []fault.Fault) error{
	"plan-create": func(tr *trial, denied []fault.Fault) error {
		p := tr.process()
		tr.refuse(denied)
		_, err := p.plan(tr.kind(), nil, tr.config)
		return err
	},
	"create": func(tr *trial, denied []fault.Fault) error { return tr.carryOut(nil, tr.config, denied) },
	"read": func(tr *trial, denied []fault.Fault) error {
		if category := tr.category(); category != "resource" {
			p := tr.process()
			tr.refuse(denied)
			if category == "data-source" {
				return p.data(tr.kind(), tr.config)
			}
			return p.list(tr.kind(), tr.config)
		}
		was := tr.make(tr.kind(), tr.config)
		p := tr.process()
		if tr.fleet != nil {
			second := tr.make(tr.kind(), tr.fleet)
			tr.refuse(denied)
			if _, err := p.read(tr.kind(), second); err != nil {
				return err
			}
		} else {
			tr.refuse(denied)
		}
		_, err := p.read(tr.kind(), was)
		return err
	},
	"plan-update": func(tr *trial, denied []fault.Fault) error { return tr.planChange(tr.changed, denied) },
	"update": func(tr *trial, denied []fault.Fault) error {
		return tr.carryOut(tr.make(tr.kind(), tr.config), tr.changed, denied)
	},
	"plan-delete": func(tr *trial, denied []fault.Fault) error { return tr.planChange(nil, denied) },
	"delete": func(tr *trial, denied []fault.Fault) error {
		return tr.carryOut(tr.make(tr.kind(), tr.config), nil, denied)
	},
	"import": func(tr *trial, denied []fault.Fault) error {
		was := tr.make(tr.kind(), tr.config)
		id := tr.id
		if id == "" {
			id = text(was.value, "id")
		}
		p := tr.process()
		tr.refuse(denied)
		return p.imports(tr.kind(), id)
	},
	"invoke": func(tr *trial, denied []fault.Fault) error {
		p := tr.process()
		tr.refuse(denied)
		return p.invoke(tr.kind(), tr.config)
	},
}

// operations of a scenario, by the kind of its construct.
func (s scenario) operations() []string {
	if s.only != nil {
		return s.only
	}
	switch s.category() {
	case "data-source", "list-resource":
		return []string{"read"}
	case "action":
		return []string{"invoke"}
	}
	all := []string{"plan-create", "create", "read", "plan-delete", "delete", "import"}
	if s.changed != nil {
		all = append(all, "plan-update", "update")
	}
	if s.fleet != nil {
		return []string{"read"}
	}
	return all
}

// planChange refreshes with every permission and plans a change with the given ones, in one
// process.
func (tr *trial) planChange(to map[string]any, denied []fault.Fault) error {
	was := tr.make(tr.kind(), tr.config)
	p := tr.process()
	was, err := p.read(tr.kind(), was)
	if err != nil {
		return err
	}
	tr.refuse(denied)
	_, err = p.plan(tr.kind(), was, to)
	return err
}

// carryOut plans with every permission and applies with the given ones.
func (tr *trial) carryOut(was *stored, to map[string]any, denied []fault.Fault) error {
	p := tr.process()
	if was != nil {
		var err error
		if was, err = p.read(tr.kind(), was); err != nil {
			return err
		}
	}
	next, err := p.plan(tr.kind(), was, to)
	if err != nil {
		return err
	}
	p = tr.process()
	tr.refuse(denied)
	_, err = p.apply(tr.kind(), next)
	return err
}

// called are the methods called since refuse, by the last part of their names.
func (tr *trial) called() []string {
	all := map[string]bool{}
	for name := range tr.Emulator.Calls() {
		all[name[strings.LastIndex(name, "/")+1:]] = true
	}
	return slices.Sorted(maps.Keys(all))
}

const (
	cluster      = "projects/demo/locations/us-central1/clusters/prod"
	otherCluster = "projects/demo/locations/us-central1/clusters/other"
	keyVersion   = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
	attestor     = "projects/demo/attestors/built"
	image        = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	reader       = "roles/binaryauthorization.policyViewer"
)

type a = map[string]any
