package conformance

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a pattern of a platform policy's image allowlist. It is not one of the project policy's: a name without a tag or a digest
// matches the image with any (https://cloud.google.com/binary-authorization/docs/policy-yaml-reference-cv).
//
//	NAME             any tag, any digest
//	PREFIX*          names that go on without a slash
//	PREFIX/**        names that go on, with slashes too
//	NAME:TAG         that tag, any digest
//	NAME:PREFIX*     tags that begin so, any digest
//	NAME@DIGEST      that digest, any tag
//	NAME:TAG@DIGEST  exactly that
type Pattern struct {
	name   string
	wild   wild
	tag    string
	anyTag bool // the tag is a prefix
	digest string
}

// wild is how a name goes on.
type wild int

const (
	exactly wild = iota
	sameLevel
	anyLevel
)

var (
	// tagForm and digestForm are those of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests.
	tagForm    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	digestForm = regexp.MustCompile(`^[A-Za-z0-9]+([.+_-][A-Za-z0-9]+)*:[0-9A-Fa-f]{32,}$`)
)

// ParsePattern reads a pattern.
func ParsePattern(text string) (Pattern, error) {
	p, err := parsePattern(text)
	if err != nil {
		return p, fmt.Errorf("%q is not a pattern of images: %w", text, err)
	}
	return p, nil
}

// CheckPattern says why a text is no pattern.
func CheckPattern(text string) error {
	_, err := ParsePattern(text)
	return err
}

func parsePattern(text string) (Pattern, error) {
	name, tag, digest, hasTag, hasDigest := split(text)
	p := Pattern{tag: tag, digest: digest}
	var err error
	if p.name, p.wild, err = parseName(name); err != nil {
		return p, err
	}
	if p.wild != exactly && (hasTag || hasDigest) {
		return p, errors.New("a wildcard in the name cannot be combined with a tag or a digest")
	}
	if hasTag {
		p.tag, p.anyTag = strings.CutSuffix(tag, "*")
		if !tagForm.MatchString(p.tag) {
			return p, fmt.Errorf("%q is no tag; a tag may end in one *, with something before it", tag)
		}
		if p.anyTag && hasDigest {
			return p, errors.New("a wildcard in the tag cannot be combined with a digest")
		}
	}
	if hasDigest && !digestForm.MatchString(digest) {
		return p, fmt.Errorf("%q is no digest: want sha256: and 64 hexadecimal digits, without a wildcard", digest)
	}
	return p, nil
}

// parseName takes the wildcard off a name.
func parseName(text string) (name string, w wild, err error) {
	name = text
	switch {
	case strings.HasSuffix(text, "**"):
		if name, w = strings.TrimSuffix(text, "**"), anyLevel; !strings.HasSuffix(name, "/") {
			return name, w, errors.New("** has to follow a slash")
		}
	case strings.HasSuffix(text, "*"):
		name, w = strings.TrimSuffix(text, "*"), sameLevel
	}
	return name, w, nameFault(name, w)
}

func nameFault(name string, w wild) error {
	switch {
	case name == "" || name == "/":
		return errors.New("it needs a name, or a beginning of one before the wildcard")
	case strings.Contains(name, "*"):
		return errors.New("a wildcard may only be at the end of the name or of the tag")
	case strings.ContainsFunc(name, notInNames):
		return errors.New("it has a character that no image name has")
	case strings.HasPrefix(name, "/") || strings.Contains(name, "//"):
		return errors.New("it has an empty path element; give no scheme such as https://")
	case strings.HasSuffix(name, "/") && w == exactly:
		return errors.New("it ends in a slash, which no image does; end it in /* or /** to match what is below")
	}
	return nil
}

func notInNames(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`"'\?#%&{}[]()<>|;,=^`+"`", r)
}

// split cuts an image or a pattern into its parts. A colon before the last slash is a port's.
func split(text string) (name, tag, digest string, hasTag, hasDigest bool) {
	name, digest, hasDigest = strings.Cut(text, "@")
	if i := strings.LastIndex(name, ":"); i > strings.LastIndex(name, "/") {
		name, tag, hasTag = name[:i], name[i+1:], true
	}
	return name, tag, digest, hasTag, hasDigest
}

// Matches says whether the pattern exempts an image. Names are compared as they are written: that "nginx" stands for
// docker.io/library/nginx is documented nowhere.
func (p Pattern) Matches(image string) bool {
	name, tag, digest, _, _ := split(image)
	if p.tag != "" && tag != p.tag && (!p.anyTag || !strings.HasPrefix(tag, p.tag)) {
		return false
	}
	return p.matchesName(name) && (p.digest == "" || p.digest == digest)
}

func (p Pattern) matchesName(name string) bool {
	rest, ok := strings.CutPrefix(name, p.name)
	switch p.wild {
	case sameLevel:
		return ok && !strings.Contains(rest, "/")
	case anyLevel:
		return ok
	default:
		return ok && rest == ""
	}
}

// Covers says whether p exempts every image that o does.
func (p Pattern) Covers(o Pattern) bool {
	return p.coversName(o) && p.coversTag(o) && (p.digest == "" || p.digest == o.digest)
}

func (p Pattern) coversName(o Pattern) bool {
	switch p.wild {
	case anyLevel:
		return strings.HasPrefix(o.name, p.name)
	case sameLevel:
		return o.wild != anyLevel && p.matchesName(o.name)
	default:
		return o.wild == exactly && p.name == o.name
	}
}

func (p Pattern) coversTag(o Pattern) bool {
	if p.anyTag {
		return strings.HasPrefix(o.tag, p.tag)
	}
	return p.tag == "" || p.tag == o.tag && !o.anyTag
}
