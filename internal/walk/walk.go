// Package walk is what this process has seen of the current Terraform walk: which resource has which object, and what is planned for
// attestors, attestations and policies. It makes no call and decides nothing. What it knows can save a call or add a finding; it is
// never a reason not to write, not to delete, or not to report an error. One thing it keeps for an apply: an object that a create has just
// taken over is not deleted by the resource that had it before, which the instances of the two tell for certain.
//
// A process can serve many walks: all runs of a terraform test file, or an editor's session for days. A walk reads and plans each object
// of the state once, and reads nothing once it has begun to write. So an object that is read or planned again, or a read after a
// write, is the beginning of another walk, and what was seen before is forgotten. Two runs of a test file that only plan, and plan different
// objects on an empty state, cannot be told apart: what they plan counts as one walk.
package walk

import "sync"

// Object is an object with the resource that has it in the state.
type Object struct {
	// ID is the full name of the object.
	ID string
	// Instance tells resources apart: a random text that stays with a resource as long as it is in the state. "" where there is none yet.
	Instance string
}

// Walk is safe for use by many goroutines. The zero value is not ready for use: see New.
type Walk struct {
	mu sync.Mutex
	seen
}

// seen is what is forgotten when another walk begins.
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

// New returns a walk that has seen nothing.
func New() *Walk {
	return &Walk{seen: nothing()}
}

// forget begins another walk. What was made since the last read stays: an apply plans once more what it changes.
func (w *Walk) forget() {
	wrote, made := w.wrote, w.made
	w.seen = nothing()
	w.wrote, w.made = wrote, made
}

func nothing() seen {
	return seen{
		read: map[Object]bool{}, planned: map[Object]bool{}, creates: map[string]bool{}, holders: map[string]map[string]stage{}, coming: map[string]bool{}, made: map[string]string{},
		attestors: map[string]Attestor{}, keyrings: map[string]*keyring{}, attestations: attestations{coming: map[Attestation]bool{}, leaving: map[string]bool{}}, policies: map[string]*policy{},
		grants: map[string][]Grants{}, bound: map[string]*bound{},
	}
}

// once notes an object in a list of those that a walk comes to once.
func (w *Walk) once(list func() map[Object]bool, o Object) {
	if list()[o] {
		w.forget()
	}
	list()[o] = true
}
