package lifecycle

import "context"

// View converts operations on a view V to operations on a model M, for nouns with almost equal
// models. The fields of the view point into the model, so changes of the view are changes of the
// model.
func View[M, V any](ops Ops[V], of func(*M) *V) Ops[M] {
	view := Ops[M]{InPlaceOnly: ops.InPlaceOnly, Adopts: ops.Adopts, Parse: ops.Parse}
	view.Name = func(m *M) string { return ops.Name(of(m)) }
	view.Identify = func(m *M) map[string]string { return ops.Identify(of(m)) }
	view.Validate, view.Plan, view.PlanDelete = viewed(ops.Validate, of), viewed(ops.Plan, of), viewed(ops.PlanDelete, of)
	view.Create, view.Read = viewedWrite(ops.Create, of), viewedWrite(ops.Read, of)
	view.Update, view.Delete = viewedWrite(ops.Update, of), viewedWrite(ops.Delete, of)
	return view
}

func viewed[M, V any](do func(context.Context, *Change[V]), of func(*M) *V) func(context.Context, *Change[M]) {
	if do == nil {
		return nil
	}
	return func(ctx context.Context, c *Change[M]) {
		v := look(c, of)
		do(ctx, v)
		c.flags = v.flags
	}
}

func viewedWrite[M, V any](do func(context.Context, *Change[V]) error, of func(*M) *V) func(context.Context, *Change[M]) error {
	return func(ctx context.Context, c *Change[M]) error {
		v := look(c, of)
		err := do(ctx, v)
		c.flags = v.flags
		return err
	}
}

func look[M, V any](c *Change[M], of func(*M) *V) *Change[V] {
	return &Change[V]{
		Clients: c.Clients, Walk: c.Walk, Memory: c.Memory, Diags: c.Diags, flags: c.flags,
		Config: ofSome(c.Config, of), Model: ofSome(c.Model, of), Prior: ofSome(c.Prior, of),
	}
}

func ofSome[M, V any](m *M, of func(*M) *V) *V {
	if m == nil {
		return nil
	}
	return of(m)
}

// ViewMove makes a move to a model M out of one to a view V of it.
func ViewMove[M, V any](move Move[V], of func(*M) *V) Move[M] {
	return Move[M]{From: move.From, Carry: func(ctx context.Context, c *Change[M], from *Source) {
		move.Carry(ctx, look(c, of), from)
	}}
}
