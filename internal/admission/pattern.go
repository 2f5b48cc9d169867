package admission

import (
	"errors"
	"fmt"
	"strings"
)

// pattern is an allowlist pattern taken apart: the text an image begins with, and how it may go on.
type pattern struct {
	prefix string
	wild   wildcard
}

type wildcard int

const (
	exactly  wildcard = iota // the image is the prefix
	sameLine                 // "*": the rest has no "/"
	anything                 // "**": the rest is anything
	nothing                  // not a pattern
)

func parsePattern(s string) pattern {
	if p, ok := strings.CutSuffix(s, "**"); ok {
		return pattern{p, anything}
	}
	if p, ok := strings.CutSuffix(s, "*"); ok {
		return pattern{p, sameLine}
	}
	return pattern{s, exactly}
}

// parsePatterns keeps the order, so that an index is one of texts too. What is not a pattern exempts nothing.
func parsePatterns(texts []string) []pattern {
	parsed := make([]pattern, len(texts))
	for i, s := range texts {
		if parsed[i] = parsePattern(s); patternFault(s) != nil {
			parsed[i].wild = nothing
		}
	}
	return parsed
}

// CheckPattern says why s is not an allowlist pattern: "in the form registry/path/to/image. This supports a trailing * wildcard,
// but this is allowed only in text after the registry/ part. This also supports a trailing ** wildcard"
// (google.cloud.binaryauthorization.v1.AdmissionWhitelistPattern.name_pattern).
func CheckPattern(s string) error {
	if err := patternFault(s); err != nil {
		return fmt.Errorf("%q is not an allowlist pattern: %w", s, err)
	}
	return nil
}

func patternFault(s string) error {
	p := parsePattern(s)
	switch {
	case s == "":
		return errors.New("it is empty")
	case strings.ContainsAny(s, " \t\r\n"):
		return errors.New("it has white space")
	case strings.Contains(p.prefix, "*"):
		return errors.New("a wildcard, * or **, can be at the end only")
	case strings.Contains(s, "://"):
		return errors.New("an image has no scheme such as https://")
	case p.wild != exactly && !strings.Contains(p.prefix, "/"):
		return errors.New("a wildcard can only come after the registry and a slash, as in gcr.io/*")
	}
	return segmentsFault(s)
}

func segmentsFault(s string) error {
	switch {
	case strings.HasPrefix(s, "/") || strings.Contains(s, "//"):
		return errors.New("it has an empty path element")
	case strings.HasSuffix(s, "/"):
		return errors.New("it ends in a slash, which no image does; end it in /* or /** to match what is below")
	}
	return nil
}

// Match says whether the pattern exempts the image. Both are compared as text: "exact match, or to any images matching a pattern
// using the wildcard symbol", as Google's Kritis, which is compatible with Binary Authorization in this, has it
// (https://github.com/grafeas/kritis/blob/master/docs/resources.md). So "gcr.io/p/app" exempts neither gcr.io/p/app:1 nor
// gcr.io/p/app@sha256:…; "gcr.io/p/app:*", "gcr.io/p/app@*" and "gcr.io/p/app*" do, the last also gcr.io/p/apple. The error is CheckPattern's or ParseImage's.
func Match(pattern, image string) (bool, error) {
	if err := CheckPattern(pattern); err != nil {
		return false, err
	}
	if _, err := ParseImage(image); err != nil {
		return false, err
	}
	return parsePattern(pattern).match(image), nil
}

func (p pattern) match(image string) bool {
	rest, ok := strings.CutPrefix(image, p.prefix)
	switch p.wild {
	case sameLine:
		return ok && !strings.Contains(rest, "/")
	case anything:
		return ok
	case exactly:
		return ok && rest == ""
	default:
		return false
	}
}

// covers says whether p exempts every image q does.
func (p pattern) covers(q pattern) bool {
	rest, ok := strings.CutPrefix(q.prefix, p.prefix)
	switch p.wild {
	case anything:
		return ok
	case sameLine:
		return ok && q.wild != anything && !strings.Contains(rest, "/")
	default:
		return q == p && p.wild == exactly
	}
}
