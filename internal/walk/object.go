package walk

// stage is what a resource does with the object that it has.
type stage int

const (
	holds stage = iota + 1 // read from the state
	stays                  // planned to stay
	goes                   // planned to go
)

// Conflict is what two resources of a walk do with one object.
type Conflict int

// The conflicts that a plan can bring about.
const (
	NoConflict Conflict = iota
	// OwnedTwice: two resources keep the object.
	OwnedTwice
	// Torn: one resource destroys the object, another keeps it.
	Torn
	// Renamed: one resource destroys the object, another makes it.
	Renamed
	// Recreated: the state has the object, and the plan makes it again.
	Recreated
)

// Read notes that the state has an object, as a refresh has found it.
func (w *Walk) Read(o Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrote {
		w.seen = nothing()
	}
	w.once(func() map[Object]bool { return w.read }, o)
	if w.holders[o.ID][o.Instance] == 0 { // what is no longer configured is planned before it is read
		w.hold(o, holds)
	}
}

// Plan notes that an object of the state is planned, before anything is noted for it.
func (w *Walk) Plan(o Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.once(func() map[Object]bool { return w.planned }, o)
}

// Keep notes that an object of the state is planned to stay, and returns the conflict that begins with it.
func (w *Walk) Keep(o Object) Conflict { return w.plan(o, stays) }

// Leave notes that an object of the state is planned to be destroyed, and returns the conflict that begins with it.
func (w *Walk) Leave(o Object) Conflict { return w.plan(o, goes) }

// PlanCreate notes that an object is planned to be made, before anything is noted for it. Its id is not known yet: key is the type and the
// configuration.
func (w *Walk) PlanCreate(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.creates[key] {
		w.forget()
	}
	w.creates[key] = true
}

// Come notes that an object is planned to be made, and returns the conflict that begins with it.
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

// Replaces reports whether an object of the state is planned to be destroyed and made again.
func (w *Walk) Replaces(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.holders[id]) > 0 && w.coming[id]
}

// Comes reports whether an object is planned to be made.
func (w *Walk) Comes(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.coming[id]
}

// Made notes that an object was made or taken over: what was planned for it has been done. It reports whether another resource has made
// it or taken it over in the same apply.
func (w *Walk) Made(o Object) (twice bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	by, made := w.made[o.ID]
	w.done(o.ID)
	w.made[o.ID] = o.Instance
	return made && o.ID != "" && by != o.Instance
}

// Wrote notes that an object was changed or deleted: what was planned for it has been done.
func (w *Walk) Wrote(o Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done(o.ID)
	delete(w.made, o.ID)
}

// TakenOver reports whether another resource than the one that has an object in the state has made or taken it over since the walk began
// to write.
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

// began is the conflict that was not there before.
func began(before, after Conflict) Conflict {
	if before == after {
		return NoConflict
	}
	return after
}
