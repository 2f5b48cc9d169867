package conformance

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// Policy is the API's own message.
type Policy = binaryauthorization.PlatformPolicy

// Same reports whether two policies have the same meaning. It ignores: the order of patterns,
// projects, CVEs and keys; white space in a PEM; the spelling of an algorithm; a missing key id
// when the other is the computed one; empty or absent lists and scopes; and the service's own
// fields (name, etag, time).
func Same(a, b *Policy) bool { return reflect.DeepEqual(normal(a), normal(b)) }

// document is a policy as decoded JSON in canonical form, without meaningless parts.
type document = map[string]any

// normal is the canonical form of a policy.
func normal(p *Policy) document {
	raw, err := json.Marshal(&Policy{Description: p.Description, GkePolicy: p.GkePolicy})
	all := document{}
	if err != nil || json.Unmarshal(raw, &all) != nil {
		return document{"error": raw}
	}
	pruned, _ := prune("", all).(document)
	return pruned
}

// mayBeEmpty are the objects with a meaning even if empty: a check of that kind.
var mayBeEmpty = []string{
	"slsaCheck", "imageFreshnessCheck", "vulnerabilityCheck", "trustedDirectoryCheck",
	"simpleSigningAttestationCheck", "sigstoreSignatureCheck",
}

// prune returns a value in canonical form; nil if it has no meaning.
func prune(name string, value any) any {
	switch v := value.(type) {
	case document:
		pruned := document{}
		for key, child := range v {
			if c := prune(key, child); c != nil {
				pruned[key] = c
			}
		}
		spellKey(pruned)
		if len(pruned) == 0 && !slices.Contains(mayBeEmpty, name) {
			return nil
		}
		return pruned
	case []any:
		return pruneList(name, v)
	case string:
		if v == "" || strings.HasSuffix(v, "_UNSPECIFIED") {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return value
}

func pruneList(name string, list []any) any {
	pruned, isText := []any{}, false
	for _, element := range list {
		_, text := element.(string)
		isText = isText || text
		c := prune(name, element)
		if c == nil && !text {
			c = document{} // an empty check set keeps its place
		}
		pruned = append(pruned, c)
	}
	if len(pruned) == 0 {
		return nil
	}
	if isText {
		slices.SortFunc(pruned, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		return slices.CompactFunc(pruned, func(a, b any) bool { return text(a) == text(b) })
	}
	if name == "pkixPublicKeys" || name == "publicKeys" {
		slices.SortStableFunc(pruned, func(a, b any) int { return strings.Compare(rank(a), rank(b)) })
	}
	return pruned
}

// spellKey brings a public key to its canonical form: the key's digest replaces its text.
func spellKey(o document) {
	pem := text(o["publicKeyPem"])
	if pem == "" {
		return
	}
	if key, err := attest.ParsePKIX(pem); err == nil {
		o["publicKeyPem"] = key.ID()
		if _, has := o["keyId"]; !has && o["signatureAlgorithm"] != nil {
			o["keyId"] = key.ID()
		}
	}
	if algorithm, err := attest.ParseAlgorithm(text(o["signatureAlgorithm"])); err == nil {
		o["signatureAlgorithm"] = string(algorithm)
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// rank orders keys.
func rank(v any) string {
	key, _ := v.(document)
	return text(key["publicKeyPem"]) + " " + text(key["keyId"]) + " " + text(key["signatureAlgorithm"])
}
