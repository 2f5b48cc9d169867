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
	start, err := offset(token)
	if err != nil {
		return nil, "", err
	}
	start = min(start, len(items)) // entries after the first page can be deleted before the second
	end := min(start+size, len(items))
	if end < len(items) {
		next = Token(end)
	}
	return items[start:end], next, nil
}

// offset is the number of entries before the page of a token.
func offset(token string) (int, error) {
	if token == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, errToken
	}
	start, err := strconv.Atoi(string(raw))
	if err != nil || start < 0 {
		return 0, errToken
	}
	return start, nil
}

var errToken = status.Error(codes.InvalidArgument, "The page token is not valid.")

// Token is the page token of the page from offset on.
func Token(offset int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(offset)))
}
