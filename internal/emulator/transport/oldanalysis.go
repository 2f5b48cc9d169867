package transport

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// analysisPath are the paths of Container Analysis's v1beta1, which older tutorials and tools attest by.
var analysisPath = regexp.MustCompile(`^/v1beta1(/projects/[^/:]+/(?:notes|occurrences)(?:[/:].*)?)$`)

// authority is the field of a note that v1 calls attestation, in an update mask.
var authority = regexp.MustCompile(`\battestation_?[aA]uthority\b`)

// takeOldAnalysis turns a request to v1beta1 of Container Analysis into one to v1, which has the same state. It reports whether r was one,
// and what is wrong with it.
func takeOldAnalysis(r *http.Request) (bool, error) {
	parts := analysisPath.FindStringSubmatch(r.URL.Path)
	if parts == nil {
		return false, nil
	}
	r.URL.Path, r.URL.RawPath = "/v1"+parts[1], ""
	q := r.URL.Query()
	for _, mask := range []string{"updateMask", "update_mask"} {
		if q.Has(mask) {
			q.Set(mask, authority.ReplaceAllString(q.Get(mask), "attestation"))
		}
	}
	r.URL.RawQuery = q.Encode()
	body, _ := io.ReadAll(r.Body) // what is missing of it is judged elsewhere
	body, err := rewrite(body, newAnalysis)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return true, err
}

// putOldAnalysis gives an answer of v1 the form that v1beta1 has.
func putOldAnalysis(a *recorder) {
	body, err := rewrite(a.body.Bytes(), oldAnalysis)
	if err != nil {
		return // nothing of v1 is refused
	}
	a.body.Reset()
	a.body.Write(body)
}

// rewrite changes every object of a JSON text. What is no JSON stays as it is.
func rewrite(text []byte, change func(map[string]any) error) ([]byte, error) {
	var v any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	isJSON := decoder.Decode(&v) == nil
	if !isJSON {
		return text, nil
	}
	if err := walk(v, change); err != nil {
		return text, err
	}
	return json.Marshal(v)
}

func walk(v any, change func(map[string]any) error) error {
	switch v := v.(type) {
	case []any:
		for _, inside := range v {
			if err := walk(inside, change); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := change(v); err != nil {
			return err
		}
		for _, inside := range v {
			if err := walk(inside, change); err != nil {
				return err
			}
		}
	}
	return nil
}

// newAnalysis gives a note or an occurrence of v1beta1 the fields of v1. What only v1 has is refused, as unknown fields are.
func newAnalysis(m map[string]any) error {
	for _, name := range []string{"resourceUri", "resource_uri"} {
		if _, ok := m[name]; ok {
			return unknownName(name)
		}
	}
	if resource, ok := m["resource"].(map[string]any); ok && resource["uri"] != nil {
		m["resourceUri"] = resource["uri"]
		delete(m, "resource")
	}
	if details, ok := m["attestation"].(map[string]any); ok {
		signed, err := signedIn(details)
		if err != nil {
			return err
		}
		m["attestation"] = signed
	}
	for _, name := range []string{"attestationAuthority", "attestation_authority"} {
		if hint, ok := m[name]; ok {
			m["attestation"] = hint
			delete(m, name)
		}
	}
	return nil
}

// signedIn is the attestation of v1 that is in the details of one of v1beta1.
func signedIn(details map[string]any) (map[string]any, error) {
	inner, _ := details["attestation"].(map[string]any)
	for name, signed := range inner {
		switch strings.ToLower(strings.ReplaceAll(name, "_", "")) {
		case "genericsignedattestation":
			if signed, ok := signed.(map[string]any); ok {
				delete(signed, "contentType")
				delete(signed, "content_type")
				return signed, nil
			}
		case "pgpsignedattestation":
			return nil, status.Error(codes.Unimplemented, "pgpSignedAttestation is not emulated: use genericSignedAttestation.")
		}
	}
	return nil, unknownName("attestation")
}

// oldAnalysis gives a note or an occurrence of v1 the fields of v1beta1.
func oldAnalysis(m map[string]any) error {
	if uri, ok := m["resourceUri"]; ok {
		m["resource"] = map[string]any{"uri": uri}
		delete(m, "resourceUri")
	}
	attestation, ok := m["attestation"].(map[string]any)
	switch {
	case !ok || m["name"] == nil:
	case m["noteName"] == nil:
		m["attestationAuthority"] = attestation
		delete(m, "attestation")
	default:
		delete(attestation, "jwts")
		attestation["contentType"] = "SIMPLE_SIGNING_JSON"
		m["attestation"] = map[string]any{"attestation": map[string]any{"genericSignedAttestation": attestation}}
	}
	return nil
}

func unknownName(name string) error {
	return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. Unknown name %q: Cannot find field.", name)
}
