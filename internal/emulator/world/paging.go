package world

import (
	"encoding/base64"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Page returns one page of items. items must be in a stable order. asked is the caller's page_size,
// standard the API's default; World.PageSize lowers both. The returned token is empty on the last
// page.
func Page[T any](w *World, items []T, asked int32, standard int, token string) (page []T, next string, err error) {
	size := standard
	if asked < 0 {
		return nil, "", status.Error(codes.InvalidArgument, "page_size must not be negative")
	}
	if asked > 0 && int(asked) < size {
		size = int(asked)
	}
	if w.PageSize > 0 && w.PageSize < size {
		size = w.PageSize
	}
	start := 0
	if token != "" {
		raw, e := base64.RawURLEncoding.DecodeString(token)
		if e == nil {
			start, e = strconv.Atoi(string(raw))
		}
		if e != nil || start < 0 || start > len(items) {
			return nil, "", status.Error(codes.InvalidArgument, "The page token is not valid.")
		}
	}
	end := min(start+size, len(items))
	if end < len(items) {
		next = Token(end)
	}
	return items[start:end], next, nil
}

// Token is the page token of the page from offset on.
func Token(offset int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(offset)))
}
