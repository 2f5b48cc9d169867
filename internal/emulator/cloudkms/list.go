package cloudkms

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
)

// listed returns the values matched by a list's filter in the requested order: by name, ascending
// or descending. There are no other orders
// (https://cloud.google.com/kms/docs/sorting-and-filtering). With a filter, there is no total size.
func listed[T any, M proto.Message](r interface {
	GetFilter() string
	GetOrderBy() string
}, all []T, message func(T) M,
) (found []T, total int32, err error) {
	holds, err := parseFilter(r.GetFilter(), *new(M))
	if err != nil {
		return nil, 0, err
	}
	for _, v := range all {
		if holds(message(v)) {
			found = append(found, v)
		}
	}
	if strings.TrimSpace(r.GetFilter()) == "" {
		total = int32(len(found))
	}
	switch strings.Join(strings.Fields(r.GetOrderBy()), " ") {
	case "", "name", "name asc":
	case "name desc":
		slices.Reverse(found)
	default:
		return nil, 0, invalid("invalid order_by %q: lists are ordered by name", r.GetOrderBy())
	}
	return found, total, nil
}

// children returns the values with the name prefix, ordered by name.
func children[T any](all map[string]T, prefix string, name func(T) string) []T {
	var found []T
	for n, v := range all {
		if strings.HasPrefix(n, prefix) {
			found = append(found, v)
		}
	}
	slices.SortFunc(found, func(x, y T) int { return strings.Compare(name(x), name(y)) })
	return found
}

func clones[T proto.Message](messages []T) []T {
	copied := make([]T, len(messages))
	for i, m := range messages {
		copied[i] = proto.CloneOf(m)
	}
	return copied
}
