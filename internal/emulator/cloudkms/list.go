package cloudkms

import (
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// plain refuses what would change a list's content or order, rather than answering as if it had not been asked for.
func plain(r interface {
	GetFilter() string
	GetOrderBy() string
},
) error {
	if r.GetFilter() != "" || r.GetOrderBy() != "" {
		return status.Error(codes.Unimplemented, "The emulator does not filter or sort lists of Cloud KMS.")
	}
	return nil
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
