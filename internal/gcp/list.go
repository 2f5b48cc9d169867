package gcp

import (
	"context"
	"errors"

	"google.golang.org/api/iterator"
)

// pager is the common interface of the list iterators in Google's clients.
type pager[T any] interface {
	iterator.Pageable
	Next() (T, error)
}

// listCall is a list of the objects of a project in one of Google's gRPC clients.
type listCall[T any] struct {
	method  method
	project string
	name    func(T) string
	// wanted selects the objects; nil selects all.
	wanted func(T) bool
	// most limits the number of selected objects; 0 means no limit.
	most int
	// from starts the list at a page token, "" for the first page.
	from func(ctx context.Context, token string) pager[T]
}

// listAll reads the pages of a list into a map by full name.
func listAll[T any](ctx context.Context, c *Clients, l listCall[T]) (map[string]T, error) {
	items, found := map[string]T{}, 0
	err := eachPage(ctx, c, l.method, "projects/"+l.project, l.project, func(ctx context.Context, token string) (string, bool, error) {
		page, next, err := pageOf(l.from(withOnePage(ctx), token))
		if err != nil {
			return "", false, err
		}
		for _, item := range page {
			if l.wanted != nil && !l.wanted(item) {
				continue
			}
			items[l.name(item)] = item
			if found++; found == l.most {
				return "", false, nil
			}
		}
		return next, true, nil
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

// pageOf is the first page of a list, whole, with the token of the next one, "" after the last.
func pageOf[T any](list pager[T]) (page []T, next string, err error) {
	for {
		item, err := list.Next()
		if errors.Is(err, iterator.Done) || errors.Is(err, errNextPage) {
			return page, list.PageInfo().Token, nil
		}
		if err != nil {
			return nil, "", err
		}
		page = append(page, item)
	}
}
