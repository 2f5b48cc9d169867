package admission

import (
	"fmt"
	"strings"
	"unicode"
)

// Image is a parsed reference to an image. Absent parts stay empty, without defaults: GKE passes
// the text of the Pod to Binary Authorization, and patterns match this text.
type Image struct {
	Registry   string // host, with the port if any; empty for "nginx" and "library/nginx"
	Repository string // path/to/image
	Tag        string
	Digest     string // sha256:64 hexadecimal digits
}

// The grammar follows https://github.com/distribution/reference; only sha256 digests count for
// Binary Authorization.
var (
	registryForm   = form(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[0-9]+)?$`)
	repositoryForm = form(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagForm        = form(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	digestForm     = form(`^sha256:[0-9a-f]{64}$`)
)

// ParseImage reads [registry/]path/to/image[:tag][@sha256:digest]. The error names the wrong part.
func ParseImage(s string) (Image, error) {
	_, digest, hasDigest := strings.Cut(s, "@")
	if hasDigest && !digestForm().MatchString(digest) {
		return Image{}, fmt.Errorf("%q is not an image: after \"@\" want sha256: and 64 lower-case hexadecimal digits", s)
	}
	i, err := parseName(s)
	if err != nil {
		return Image{}, err
	}
	i.Digest = digest
	return i, nil
}

// parseName reads the parts before the digest.
func parseName(s string) (Image, error) {
	name, _, _ := strings.Cut(s, "@")
	i := Image{}
	i.Registry, name = splitRegistry(name)
	name, tag, hasTag := strings.Cut(name, ":")
	i.Repository, i.Tag = name, tag
	if err := i.check(s, hasTag); err != nil {
		return Image{}, err
	}
	return i, nil
}

// hasDigest reports whether an image has a digest that an attestation can be for.
func hasDigest(s string) bool {
	_, digest, _ := strings.Cut(s, "@")
	return digestForm().MatchString(digest)
}

// checkReference returns an error if s refers to no image. Google evaluates an image with a
// malformed digest by the rules: its attestors answer that they got a "tag or malformed digest". So
// the digest only has to be one word.
func checkReference(s string) error {
	if _, digest, _ := strings.Cut(s, "@"); strings.ContainsFunc(digest, unicode.IsSpace) {
		_, err := ParseImage(s)
		return err
	}
	_, err := parseName(s)
	return err
}

// splitRegistry follows Docker's rule: the first element is a host if it has a dot or a port, or is
// "localhost".
func splitRegistry(name string) (registry, rest string) {
	host, rest, found := strings.Cut(name, "/")
	if found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host, rest
	}
	return "", name
}

func (i Image) check(s string, hasTag bool) error {
	switch {
	case i.Registry != "" && !registryForm().MatchString(i.Registry):
		return fmt.Errorf("%q is not an image: %q is not the host of a registry (an image has no https:// in front)", s, i.Registry)
	case !repositoryForm().MatchString(i.Repository):
		return fmt.Errorf("%q is not an image: %q is not a path of lower-case letters, digits, and single separators", s, i.Repository)
	case hasTag && !tagForm().MatchString(i.Tag):
		return fmt.Errorf("%q is not an image: %q is not a tag", s, i.Tag)
	}
	return nil
}

// String is the reference as it was written.
func (i Image) String() string {
	var b strings.Builder
	if i.Registry != "" {
		b.WriteString(i.Registry + "/")
	}
	b.WriteString(i.Repository)
	if i.Tag != "" {
		b.WriteString(":" + i.Tag)
	}
	if i.Digest != "" {
		b.WriteString("@" + i.Digest)
	}
	return b.String()
}
