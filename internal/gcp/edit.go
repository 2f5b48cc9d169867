package gcp

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"
)

// Edit changes one part of a shared object.
type Edit[M any] struct {
	// Change changes only its own part of the object. It may run several times, each time on the
	// current object. sent means that an earlier write of this edit may have succeeded, so the
	// object can contain it. An error removes this edit and keeps the others. An edit without a
	// change is not written.
	Change func(object M, sent bool) error
	// Check judges the result of a write, after all edits of the batch and before the write. An
	// error removes the edit. with is the object with this edit, without is the object with the
	// other edits only. It must not modify either. May be nil.
	Check func(ctx context.Context, with M, without func() M) error
}

// pendingEdit is an edit and the owner waiting for it.
type pendingEdit[M proto.Message] struct {
	progress
	Edit[M]
	ctx  context.Context //nolint:containedctx // an edit whose owner has gone is not made
	sent bool            // a write with the edit may have been carried out
	done chan struct{}
	// object is the object after the write.
	object M
	err    error
}

func (p *pendingEdit[M]) finish(object M, err error) {
	p.object, p.err = object, err
	close(p.done)
}

// allowed applies the edits of a batch, except the edits refused by their own check of the common
// result.
func allowed[M proto.Message](ctx context.Context, now M, batch []*pendingEdit[M]) M {
	for {
		want := apply(now, batch, nil)
		i := lastRefused(ctx, now, want, batch)
		if i < 0 {
			return want
		}
		// The others may be right without it, and are looked at again.
		rest := make([]*pendingEdit[M], 0, len(batch)-1)
		batch = append(append(rest, batch[:i]...), batch[i+1:]...)
	}
}

// lastRefused is the index of the last edit refused by its check, or -1.
func lastRefused[M proto.Message](ctx context.Context, now, want M, batch []*pendingEdit[M]) int {
	for i, p := range slices.Backward(batch) {
		if p.err != nil || p.Check == nil {
			continue
		}
		if p.err = p.Check(ctx, want, func() M { return apply(now, batch, p) }); p.err != nil {
			return i
		}
	}
	return -1
}

// apply applies all edits but one. Each works on its own copy, so a failed edit leaves no trace.
func apply[M proto.Message](now M, batch []*pendingEdit[M], without *pendingEdit[M]) M {
	want := proto.CloneOf(now)
	for _, p := range batch {
		if p == without {
			continue
		}
		err := p.ctx.Err()
		edited := proto.CloneOf(want)
		if err == nil {
			err = p.Change(edited, p.sent)
		}
		if err == nil {
			want = edited
		}
		if without == nil {
			p.err = err
		}
	}
	return want
}
