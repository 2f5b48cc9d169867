package gcp

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"
)

// Edit changes a part of an object that others share.
type Edit[M any] struct {
	// Change changes its own part of an object and leaves the rest. It may run several times, each time on the object as it is then. sent
	// says that an earlier write of this edit may have been carried out: what is found can be its own. An error takes this edit out and
	// keeps the others. An edit that changes nothing is not written.
	Change func(object M, sent bool) error
	// Check judges what a write leads to, after every edit that goes along and before anything is written: an error takes the edit out.
	// with is the object with the edit, without the object if only the others go along. Neither is to be changed. May be nil.
	Check func(ctx context.Context, with M, without func() M) error
}

// pendingEdit is one edit with whoever waits for it.
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

// allowed makes the edits of a batch, except those whose check refuses what they lead to all together.
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

// lastRefused is the index of the last edit that its check refuses, or -1.
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

// apply makes each edit but one on a copy of its own, so that one that fails halfway leaves nothing.
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
