package admission

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// pattern is a parsed allowlist pattern: the prefix of an image, and the wildcard after it.
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

// parsePatterns keeps the order and the indexes of texts. An invalid pattern exempts nothing.
func parsePatterns(texts []string) []pattern {
	parsed := make([]pattern, len(texts))
	for i, s := range texts {
		if parsed[i] = parsePattern(s); patternFault(s) != nil {
			parsed[i].wild = nothing
		}
	}
	return parsed
}

// CheckPattern returns an error if s is no valid allowlist pattern: "in the form
// registry/path/to/image. This supports a trailing * wildcard, but this is allowed only in text
// after the registry/ part. This also supports a trailing ** wildcard"
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
		return errors.New("a wildcard, * or **, is allowed only at the end")
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
		return errors.New("it ends in a slash, and no image does; end it in /* or /** to match the images below")
	}
	return nil
}

// Match reports whether the pattern exempts the image. Both are compared as text: "exact match, or
// to any images matching a pattern using the wildcard symbol", in the words of Google's Kritis,
// compatible with Binary Authorization here
// (https://github.com/grafeas/kritis/blob/master/docs/resources.md). So "gcr.io/p/app" exempts
// neither gcr.io/p/app:1 nor gcr.io/p/app@sha256:…; "gcr.io/p/app:*", "gcr.io/p/app@*" and
// "gcr.io/p/app*" do, the last also gcr.io/p/apple. The error is from CheckPattern or ParseImage.
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

// Covers reports whether one of the patterns exempts every image exempt by another pattern.
func Covers(patterns []string, other string) bool {
	q := parsePattern(other)
	return slices.Contains(patterns, other) || slices.ContainsFunc(parsePatterns(patterns), func(p pattern) bool { return p.covers(q) })
}

// covers reports whether p exempts every image exempt by q.
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
