package walk

// stage is the plan of a resource for its object.
type stage int

const (
	holds stage = iota + 1 // read from the state
	stays                  // planned to stay
	goes                   // planned to be destroyed
)

// Conflict is a conflict between two resources of a walk about one object.
type Conflict int

// The possible conflicts of a plan.
const (
	NoConflict Conflict = iota
	// OwnedTwice: two resources keep the object.
	OwnedTwice
	// Torn: one resource destroys the object, another keeps it.
	Torn
	// Renamed: one resource destroys the object, another creates it.
	Renamed
	// Recreated: the object is in the state, and the plan creates it again.
	Recreated
)

// Read records an object of the state after its refresh.
func (w *Walk) Read(o Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrote {
		w.seen = nothing()
	}
	w.once(func() map[Object]bool { return w.read }, o)
	if w.holders[o.ID][o.Instance] == 0 { // objects without configuration are planned before their read
		w.hold(o, holds)
	}
}

// Plan records the start of the plan for an object of the state.
func (w *Walk) Plan(o Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.once(func() map[Object]bool { return w.planned }, o)
}

// Keep records that an object of the state is planned to stay, and returns a new conflict.
func (w *Walk) Keep(o Object) Conflict { return w.plan(o, stays) }

// Leave records the planned destroy of an object of the state, and returns a new conflict.
func (w *Walk) Leave(o Object) Conflict { return w.plan(o, goes) }

// PlanCreate records the start of the plan for a create. The id is unknown: key is the type and the
// configuration, which must be wholly known.
func (w *Walk) PlanCreate(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.creates[key] {
		w.forget()
	}
	w.creates[key] = true
}

// Come records the planned create of an object, and returns a new conflict.
func (w *Walk) Come(id string) Conflict {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.conflict(id)
	w.coming[id] = true
	return began(before, w.conflict(id))
}

// Holds reports whether a resource of the state has an object.
func (w *Walk) Holds(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.holders[id]) > 0
}

// Replaces reports whether an object of the state is planned to be destroyed and created again.
func (w *Walk) Replaces(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.holders[id]) > 0 && w.coming[id]
}

// Comes reports whether the create of an object is planned.
func (w *Walk) Comes(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.coming[id]
}

// Made records that an object was created or taken over, and forgets its plan. It reports whether
// another resource has created or taken it over in the same apply.
func (w *Walk) Made(o Object) (twice bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	by, made := w.made[o.ID]
	w.done(o.ID)
	w.made[o.ID] = o.Instance
	return made && o.ID != "" && by != o.Instance
}

// Wrote records that an object was changed or deleted, and forgets its plan.
func (w *Walk) Wrote(o Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done(o.ID)
	delete(w.made, o.ID)
}

// TakenOver reports whether a resource other than o's has created or taken over the object since
// the first write of the walk.
func (w *Walk) TakenOver(o Object) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	by, made := w.made[o.ID]
	return made && by != o.Instance
}

func (w *Walk) plan(o Object, as stage) Conflict {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.conflict(o.ID)
	w.hold(o, as)
	return began(before, w.conflict(o.ID))
}

func (w *Walk) hold(o Object, as stage) {
	if w.holders[o.ID] == nil {
		w.holders[o.ID] = map[string]stage{}
	}
	w.holders[o.ID][o.Instance] = as
}

func (w *Walk) done(id string) {
	w.wrote = true
	delete(w.holders, id)
	delete(w.coming, id)
	delete(w.attestors, id)
	w.keyDone(id)
	w.bindingDone(id)
	delete(w.attestations.leaving, id)
	for _, p := range w.policies {
		p.done(id)
	}
	w.grantsDone(id)
}

func (w *Walk) conflict(id string) Conflict {
	var stay, leave int
	for _, stage := range w.holders[id] {
		switch stage {
		case stays:
			stay++
		case goes:
			leave++
		case holds: // not planned yet
		}
	}
	switch {
	case leave > 0 && w.coming[id]:
		return Renamed
	case stay > 0 && w.coming[id]:
		return Recreated
	case leave > 0 && stay > 0:
		return Torn
	case stay > 1:
		return OwnedTwice
	}
	return NoConflict
}

// began is the conflict after, unless it existed before.
func began(before, after Conflict) Conflict {
	if before == after {
		return NoConflict
	}
	return after
}
