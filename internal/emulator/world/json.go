package world

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)

// ReadJSON reads the body of a request strictly, like Google's services, and uses their texts for
// errors. An empty body leaves v unchanged.
func ReadJSON(body io.Reader, v any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
		return status.Errorf(codes.InvalidArgument, `Invalid JSON payload received. Unknown name "%s": Cannot find field.`, m[1])
	}
	return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. %v", err)
}
