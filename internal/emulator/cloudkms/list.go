package cloudkms

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
)

// listed are the values that a list's filter finds, in the order that it asks for: by name, or the other way round. There are no other orders
// (https://cloud.google.com/kms/docs/sorting-and-filtering). Where a filter is given, the size of the whole is not told.
func listed[T any](r interface {
	GetFilter() string
	GetOrderBy() string
}, all []T, message func(T) proto.Message,
) (found []T, total int32, err error) {
	holds, err := parseFilter(r.GetFilter())
	if err != nil {
		return nil, 0, err
	}
	for _, v := range all {
		matches, err := holds(message(v))
		if err != nil {
			return nil, 0, err
		}
		if matches {
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

// children are the values whose names begin with prefix, ordered by name.
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
