package conformance

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a pattern in a platform policy's image allowlist. Unlike in the project policy, a name
// without a tag or a digest matches the image with any tag or digest
// (https://cloud.google.com/binary-authorization/docs/policy-yaml-reference-cv).
//
//	NAME             any tag, any digest
//	PREFIX*          names with the given prefix and no further slash
//	PREFIX/**        names with the given prefix, with further slashes too
//	NAME:TAG         the given tag, any digest
//	NAME:PREFIX*     tags with the given prefix, any digest
//	NAME@DIGEST      the given digest, any tag
//	NAME:TAG@DIGEST  the given tag and digest
type Pattern struct {
	name   string
	wild   wild
	tag    string
	anyTag bool // the tag is a prefix
	digest string
}

// wild is the kind of wildcard after a name.
type wild int

const (
	exactly wild = iota
	sameLevel
	anyLevel
)

var (
	// tagForm and digestForm come from
	// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests.
	tagForm    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	digestForm = regexp.MustCompile(`^[A-Za-z0-9]+([.+_-][A-Za-z0-9]+)*:[0-9A-Fa-f]{32,}$`)
)

// ParsePattern parses a pattern.
func ParsePattern(text string) (Pattern, error) {
	p, err := parsePattern(text)
	if err != nil {
		return p, fmt.Errorf("%q is not a pattern of images: %w", text, err)
	}
	return p, nil
}

// CheckPattern returns the reason why a text is not a pattern.
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
			return p, fmt.Errorf("%q is not a valid tag; a tag may end in one *, after at least one character", tag)
		}
		if p.anyTag && hasDigest {
			return p, errors.New("a wildcard in the tag cannot be combined with a digest")
		}
	}
	if hasDigest && !digestForm.MatchString(digest) {
		return p, fmt.Errorf("%q is not a digest: want sha256: and 64 hexadecimal digits, without a wildcard", digest)
	}
	return p, nil
}

// parseName removes the wildcard from a name.
func parseName(text string) (name string, w wild, err error) {
	name = text
	switch {
	case strings.HasSuffix(text, "**"):
		if name, w = strings.TrimSuffix(text, "**"), anyLevel; !strings.HasSuffix(name, "/") {
			return name, w, errors.New("** must follow a slash")
		}
	case strings.HasSuffix(text, "*"):
		name, w = strings.TrimSuffix(text, "*"), sameLevel
	}
	return name, w, nameFault(name, w)
}

func nameFault(name string, w wild) error {
	switch {
	case name == "" || name == "/":
		return errors.New("it needs a name, or the beginning of a name before the wildcard")
	case strings.Contains(name, "*"):
		return errors.New("a wildcard may only be at the end of the name or of the tag")
	case strings.ContainsFunc(name, notInNames):
		return errors.New("it has a character not allowed in image names")
	case strings.HasPrefix(name, "/") || strings.Contains(name, "//"):
		return errors.New("it has an empty path element; give no scheme such as https://")
	case strings.HasSuffix(name, "/") && w == exactly:
		return errors.New("it ends in a slash, but no image does; end it in /* or /** to match the images below")
	}
	return nil
}

func notInNames(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`"'\?#%&{}[]()<>|;,=^`+"`", r)
}

// split splits an image or a pattern into its parts. A colon before the last slash belongs to a
// port.
func split(text string) (name, tag, digest string, hasTag, hasDigest bool) {
	name, digest, hasDigest = strings.Cut(text, "@")
	if i := strings.LastIndex(name, ":"); i > strings.LastIndex(name, "/") {
		name, tag, hasTag = name[:i], name[i+1:], true
	}
	return name, tag, digest, hasTag, hasDigest
}

// Matches reports whether the pattern exempts an image. Names are compared as written: no
// documentation says "nginx" means docker.io/library/nginx.
func (p Pattern) Matches(image string) bool {
	name, tag, digest, _, _ := split(image)
	if p.tag != "" && tag != p.tag && (!p.anyTag || !strings.HasPrefix(tag, p.tag)) {
		return false
	}
	return p.matchesName(name) && (p.digest == "" || p.digest == digest)
}

// completed is the pattern for completed names.
func (p Pattern) completed() Pattern {
	p.name = complete(p.name)
	return p
}

// complete returns a name in Docker's reading: without a registry it is on docker.io, without a
// slash in docker.io/library. Nothing documents this reading for the service.
func complete(name string) string {
	switch host, _, slash := strings.Cut(name, "/"); {
	case !slash:
		return "docker.io/library/" + name
	case strings.ContainsAny(host, ".:") || host == "localhost":
		return name
	}
	return "docker.io/" + name
}

const noRegistry = "it is not documented whether an image without a registry means docker.io"

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

// Covers reports whether p exempts every image exempted by o.
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
