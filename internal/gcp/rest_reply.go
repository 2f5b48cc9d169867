package gcp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"google.golang.org/api/googleapi"
)

// mostReply limits the size of a reply. Lists of clusters are far smaller.
const mostReply = 256 << 20

// jsonReply reads a successful reply completely. A truncated reply is a lost connection, a
// temporary error. If the reply is no JSON object, some other server answers at the API's address,
// and a retry would not help. Error replies pass unread: their bodies may have any form (statusOf,
// misread).
func jsonReply(response *http.Response) (*http.Response, error) {
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices ||
		response.StatusCode == http.StatusNoContent {
		return response, nil
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, mostReply+1))
	_ = response.Body.Close()
	if err != nil {
		return nil, err
	}
	if what := noObject(text, response.Header.Get("Content-Type")); what != "" {
		return nil, broken(response.Request.URL.Host, what)
	}
	response.Body = io.NopCloser(bytes.NewReader(text))
	return response, nil
}

// noObject describes a text other than a JSON object, and returns "" for a JSON object.
func noObject(text []byte, contentType string) string {
	kind, _, _ := mime.ParseMediaType(contentType)
	trimmed := bytes.TrimSpace(text)
	switch {
	case len(text) > mostReply:
		return "more than " + fmt.Sprint(mostReply>>20) + " MiB"
	case len(trimmed) == 0:
		return "nothing"
	case kind == "text/html" || trimmed[0] == '<':
		return "a page (" + kind + ")"
	case !json.Valid(trimmed):
		return "broken JSON"
	case trimmed[0] != '{':
		return "JSON other than an object"
	}
	return ""
}

// broken is the error for a reply not from the API.
func broken(host, what string) *Error {
	return &Error{
		Kind: KindFailed, Message: fmt.Sprintf("%s answered with %s instead of a reply of the API", host, what),
		Remedy: "Check the address: custom endpoints, universe_domain, and proxies that require a login.",
	}
}

// misread turns two errors into permanent ones: a decoding error, caused by JSON with other types
// than the API's, and a 404 of another server, which does not mean that an object was deleted.
func misread(err error, host string) error {
	wrong, isWrong := errors.AsType[*json.UnmarshalTypeError](err)
	bad, isBad := errors.AsType[*json.SyntaxError](err)
	rest, isRest := errors.AsType[*googleapi.Error](err)
	_, isNoBase64 := errors.AsType[base64.CorruptInputError](err)
	switch {
	case isRest && rest.Code == http.StatusNotFound && !fromAPI(rest.Body):
		return broken(host, "HTTP status 404 Not Found")
	case isWrong:
		return broken(host, fmt.Sprintf("a %s in place of %s", wrong.Value, strings.TrimPrefix(wrong.Field, ".")))
	case isNoBase64:
		return broken(host, "invalid base64")
	case isBad:
		return broken(host, "broken JSON: "+bad.Error())
	}
	return err
}
