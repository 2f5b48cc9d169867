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

// analysisPath matches the paths of Container Analysis's v1beta1. Older tutorials and tools use it
// for attestations.
var analysisPath = regexp.MustCompile(`^/v1beta1(/projects/[^/:]+/(?:notes|occurrences)(?:[/:].*)?)$`)

// authority is v1beta1's name, in an update mask, of the note field attestation.
var authority = regexp.MustCompile(`\battestation_?[aA]uthority\b`)

// takeOldAnalysis converts a request to v1beta1 of Container Analysis into one to v1. Both have the
// same state. It reports whether r was one, and an error in it.
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
	body, _ := io.ReadAll(r.Body) // other code reports missing parts
	body, err := rewrite(body, newAnalysis)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return true, err
}

// putOldAnalysis converts an answer of v1 to v1beta1's form.
func putOldAnalysis(a *recorder) {
	body, err := rewrite(a.body.Bytes(), oldAnalysis)
	if err != nil {
		return // v1 answers are always valid
	}
	a.body.Reset()
	a.body.Write(body)
}

// rewrite changes every object of a JSON text. Invalid JSON stays unchanged.
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

// newAnalysis converts a v1beta1 note or occurrence to the fields of v1. Fields that only v1 has
// are refused, like unknown fields.
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

// signedIn returns v1's attestation from the details of a v1beta1 occurrence.
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

// oldAnalysis converts a v1 note or occurrence to the fields of v1beta1.
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
