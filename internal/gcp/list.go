package gcp

import (
	"context"
	"errors"

	"google.golang.org/api/iterator"
)

// pager is the common interface of the list iterators in Google's clients.
type pager[T any] interface {
	Next() (T, error)
}

// upTo ends a list after most items; 0 is no limit.
func upTo[T any](most int, pages pager[T]) pager[T] {
	if most == 0 {
		return pages
	}
	return &cutList[T]{pages, most}
}

type cutList[T any] struct {
	pages pager[T]
	left  int
}

func (l *cutList[T]) Next() (item T, err error) {
	if l.left == 0 {
		return item, iterator.Done
	}
	l.left--
	return l.pages.Next()
}

// only filters the items of a list.
func only[T any](wanted func(T) bool, pages pager[T]) pager[T] {
	return &siftedList[T]{pages, wanted}
}

type siftedList[T any] struct {
	pages  pager[T]
	wanted func(T) bool
}

func (l *siftedList[T]) Next() (T, error) {
	for {
		if item, err := l.pages.Next(); err != nil || l.wanted(item) {
			return item, err
		}
	}
}

// listAll reads all pages of a list into a map by full name. After a failed page, the list starts
// again.
func listAll[T any](
	ctx context.Context, c *Clients, m method, project string, name func(T) string, list func(context.Context) pager[T],
) (map[string]T, error) {
	return run(ctx, c, call[map[string]T]{
		method: m, resource: "projects/" + project, project: project,
		send: func(ctx context.Context) (map[string]T, error) {
			items, pages := map[string]T{}, list(ctx)
			for {
				item, err := pages.Next()
				if errors.Is(err, iterator.Done) {
					return items, nil
				}
				if err != nil {
					return nil, err
				}
				items[name(item)] = item
			}
		},
	})
}
