package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ledger contains the created objects to delete.
type ledger struct {
	// prefix is the start of the id of every object of this run.
	prefix  string
	entries []made
}

type made struct {
	name   string
	remove func(context.Context) error
}

// add remembers an object. owner contains the id of the run. It is the object's own name, or its
// parent's if the service chooses the name. Objects of other owners are refused, so the run never
// deletes them.
func (l *ledger) add(name, owner string, remove func(context.Context) error) error {
	if !strings.Contains(owner, "/"+l.prefix) {
		return fmt.Errorf("%s is not an object of this run and will not be deleted", name)
	}
	l.entries = append(l.entries, made{name, remove})
	return nil
}

// clear deletes everything, newest first. Its error lists objects left behind, with the reasons.
func (l *ledger) clear(ctx context.Context) error {
	var errs []error
	for _, e := range slices.Backward(l.entries) {
		if err := e.remove(ctx); err != nil && refusalOf(err).code != "NOT_FOUND" {
			errs = append(errs, fmt.Errorf("%s is left behind: %w", e.name, err))
		}
	}
	l.entries = nil
	return errors.Join(errs...)
}

// mayExist reports whether a create with this error can have made its object.
func mayExist(err error) bool {
	if err == nil {
		return true
	}
	switch refusalOf(err).code {
	case "UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN", "INTERNAL":
		return true
	}
	return false
}
