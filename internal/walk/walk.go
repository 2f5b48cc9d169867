package walk

import "sync"

// Object is an object of the state with its resource.
type Object struct {
	// ID is the full name of the object.
	ID string
	// Instance identifies a resource: a random text stored with it as long as it is in the state.
	// "" for none yet.
	Instance string
}

// Walk is safe for concurrent use. Create it with New.
type Walk struct {
	mu sync.Mutex
	seen
}

// seen is the memory of one walk, cleared at the start of the next.
type seen struct {
	wrote        bool
	read         map[Object]bool
	planned      map[Object]bool
	creates      map[string]bool
	holders      map[string]map[string]stage
	coming       map[string]bool
	made         map[string]string
	attestors    map[string]Attestor
	keyrings     map[string]*keyring
	bound        map[string]*bound
	attestations attestations
	policies     map[string]*policy
	grants       map[string][]Grants // by object
}

// New returns an empty walk.
func New() *Walk {
	return &Walk{seen: nothing()}
}

// forget begins another walk. It keeps the objects created since the last read: an apply plans its
// changes once more.
func (w *Walk) forget() {
	wrote, made := w.wrote, w.made
	w.seen = nothing()
	w.wrote, w.made = wrote, made
}

func nothing() seen {
	return seen{
		read:         map[Object]bool{},
		planned:      map[Object]bool{},
		creates:      map[string]bool{},
		holders:      map[string]map[string]stage{},
		coming:       map[string]bool{},
		made:         map[string]string{},
		attestors:    map[string]Attestor{},
		keyrings:     map[string]*keyring{},
		attestations: attestations{coming: map[Attestation]bool{}, leaving: map[string]bool{}},
		policies:     map[string]*policy{},
		grants:       map[string][]Grants{},
		bound:        map[string]*bound{},
	}
}

// once records an object in a list with each object at most once per walk. A second time begins
// another walk.
func (w *Walk) once(list func() map[Object]bool, o Object) {
	if list()[o] {
		w.forget()
	}
	list()[o] = true
}
