package conformance

import (
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// inTrustedDirectory evaluates the directory of an image: its name without the last element, the
// tag and the digest.
func inTrustedDirectory(check *binaryauthorization.TrustedDirectoryCheck, image string) CheckResult {
	name, _, _, _, _ := split(image)
	directory := name[:max(strings.LastIndex(name, "/"), 0)]
	perhaps := ""
	for _, text := range check.TrustedDirPatterns {
		matches, dots := matchesDirectory(text, directory)
		if matches && !dots {
			return certain(Conformant, "Image is in a trusted directory")
		}
		if matches {
			perhaps = text
		}
	}
	result := certain(NonConformant, "Image is not in a trusted directory")
	if perhaps != "" {
		result = result.may(Only(Conformant), "it is not documented whether the leading * of "+perhaps+" matches several sub-domains")
	}
	return result
}

// matchesDirectory reports whether a pattern matches a directory, and whether this holds only if
// its leading * may match dots.
func matchesDirectory(pattern, directory string) (matches, dots bool) {
	if CheckDirectory(pattern) != nil {
		return false, false
	}
	if leading, ok := strings.CutPrefix(pattern, "*"); ok {
		wantDomain, wantPath, _ := strings.Cut(leading, "/")
		domain, path, _ := strings.Cut(directory, "/")
		prefix, ok := strings.CutSuffix(domain, wantDomain)
		if !ok || prefix == "" {
			return false, false
		}
		return matchesEnd(wantPath, path), strings.Contains(prefix, ".")
	}
	return matchesEnd(pattern, directory), false
}

// matchesEnd matches a text against a pattern with an optional * (no slash) or ** (slashes too) at
// its end.
func matchesEnd(pattern, text string) bool {
	if stem, ok := strings.CutSuffix(pattern, "**"); ok {
		return strings.HasPrefix(text, stem)
	}
	if stem, ok := strings.CutSuffix(pattern, "*"); ok {
		rest, has := strings.CutPrefix(text, stem)
		return has && !strings.Contains(rest, "/")
	}
	return text == pattern
}
