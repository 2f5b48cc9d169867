package gcp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// mostReply bounds a reply: more than any list of clusters takes.
const mostReply = 256 << 20

// jsonReply reads a successful reply as a whole. One that is cut off is a lost connection, which passes; one that is no JSON
// object comes from somebody else who answers under the API's name, and to ask again would not help. Errors pass: their bodies
// may be anything (statusOf).
func jsonReply(response *http.Response) (*http.Response, error) {
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices || response.StatusCode == http.StatusNoContent {
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

// noObject says what text is if it is no JSON object, "" if it is one.
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
		return "JSON that is no object"
	}
	return ""
}

// broken is the error of a reply that no API gives.
func broken(host, what string) *Error {
	return &Error{
		Kind: KindFailed, Message: fmt.Sprintf("%s answered with %s, which is no reply of the API", host, what),
		Remedy: "See who answers there: custom endpoints, universe_domain, and proxies on the way that want a login.",
	}
}

// misread turns the error of a reply whose JSON has other types than the API's into one that lasts.
func misread(err error, host string) error {
	wrong, isWrong := errors.AsType[*json.UnmarshalTypeError](err)
	bad, isBad := errors.AsType[*json.SyntaxError](err)
	switch {
	case isWrong:
		return broken(host, fmt.Sprintf("a %s where %s belongs", wrong.Value, strings.TrimPrefix(wrong.Field, ".")))
	case isBad:
		return broken(host, "broken JSON: "+bad.Error())
	}
	return err
}
