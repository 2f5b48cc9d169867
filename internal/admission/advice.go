package admission

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// PatternAdvice explains why a valid pattern exempts no usual image, and suggests a better pattern.
// ok is true without advice. Images are compared as text, and the images of Pods have a tag or a
// digest.
func PatternAdvice(s string) (advice string, ok bool) {
	if patternFault(s) != nil {
		return "", true // CheckPattern reports it
	}
	p := parsePattern(s)
	for _, look := range []func(pattern) string{pattern.impossible, pattern.shallow, pattern.bare} {
		if advice := look(p); advice != "" {
			return fmt.Sprintf("The pattern %q exempts no usual image: %s.", s, advice), false
		}
	}
	return "", true
}

// outsideImages is a character not allowed in images, such as a wildcard of a shell or a regular
// expression.
var outsideImages = form(`[^A-Za-z0-9._/:@-]`)

// impossible is the advice for a pattern that cannot match any image.
func (p pattern) impossible() string {
	if p.possible() {
		return ""
	}
	if at := outsideImages().FindStringIndex(p.prefix); at != nil {
		why := fmt.Sprintf("%q is taken literally, only * and ** at the end are wildcards", p.prefix[at[0]:at[1]])
		if base := strings.TrimRight(p.prefix[:at[0]], ":@/"); bareForm(base) {
			return why + ". To exempt all of its tags and digests, use " + allOf(base)
		}
		return why
	}
	if lower := (pattern{strings.ToLower(p.prefix), p.wild}); lower.possible() {
		return fmt.Sprintf("the path of an image is in lower case. Use %q", lower)
	}
	return "no image has this form"
}

// possible reports whether the pattern can match an image.
func (p pattern) possible() bool {
	if p.wild == exactly {
		return isImage(p.prefix)
	}
	return slices.ContainsFunc(completions(p.prefix), isImage)
}

// completions are candidates for images with the prefix.
func completions(prefix string) []string {
	all := []string{prefix, prefix + "a", prefix + "/a"}
	name, begun, found := strings.Cut(prefix, "@")
	full := "sha256:" + strings.Repeat("0", 64)
	if found && len(begun) <= len(full) {
		all = append(all, name+"@"+begun+full[len(begun):])
	}
	return all
}

func isImage(s string) bool {
	_, err := ParseImage(s)
	return err == nil
}

// depths are the path elements of an image after the registry: project/repository/image in Artifact
// Registry (https://cloud.google.com/artifact-registry/docs/docker/names), project/image in
// Container Registry.
var depths = []struct {
	registry *regexp.Regexp
	form     []string
}{
	{regexp.MustCompile(`^[a-z0-9-]+-docker\.pkg\.dev$`), []string{"project", "repository", "image"}},
	{regexp.MustCompile(`^((us|eu|asia)\.)?gcr\.io$`), []string{"project", "image"}},
}

// shallow is the advice for a pattern with fewer path elements than the images of its registry.
func (p pattern) shallow() string {
	registry, path := splitRegistry(p.prefix)
	path, _, _ = strings.Cut(strings.ReplaceAll(path, "@", ":"), ":")
	if p.wild == anything || path != p.path() {
		return ""
	}
	for _, d := range depths {
		elements, form := strings.Split(path, "/"), d.form
		if domain, _, _ := strings.Cut(path, "/"); strings.Contains(domain, ".") {
			form = append([]string{"domain"}, form...) // a project in a domain, such as example.com/project
		}
		if !d.registry.MatchString(registry) || len(elements) >= len(form) {
			continue
		}
		meant := pattern{p.prefix, anything}
		if p.wild == exactly {
			meant.prefix += "/"
		}
		why := "images of " + registry + " are " + strings.Join(form, "/")
		if p.wild == sameLine {
			why += `, and * stops at "/"`
		}
		return fmt.Sprintf("%s. Use %q", why, meant)
	}
	return ""
}

// path is the text after the registry, including tag and digest.
func (p pattern) path() string {
	_, path := splitRegistry(p.prefix)
	return path
}

// bare is the advice for a pattern without wildcard, tag and digest.
func (p pattern) bare() string {
	if p.wild != exactly || !bareForm(p.prefix) {
		return ""
	}
	return "it matches only the image without a tag and without a digest. To exempt all of its tags and digests, use " + allOf(p.prefix)
}

func bareForm(s string) bool {
	image, err := ParseImage(s)
	return err == nil && image.Tag == "" && image.Digest == ""
}

func allOf(image string) string { return fmt.Sprintf("%q and %q", image+":*", image+"@*") }

func (p pattern) String() string { return p.prefix + strings.Repeat("*", int(p.wild)) }
