package conformance

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var (
	domainWord = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)
	// wildWord is a leading domain word with a wildcard: "*" or "*-docker".
	wildWord = regexp.MustCompile(`^\*([A-Za-z0-9-]*[A-Za-z0-9])?$`)
)

// CheckDirectory returns the reason why a text is not a pattern of trusted directories
// (google.cloud.binaryauthorization.v1.TrustedDirectoryCheck.trusted_dir_patterns).
func CheckDirectory(text string) error {
	if err := directoryFault(text); err != nil {
		return fmt.Errorf("%q is not a pattern of directories: %w", text, err)
	}
	return nil
}

func directoryFault(text string) error {
	domain, path, hasPath := strings.Cut(text, "/")
	if err := domainFault(domain); err != nil {
		return err
	}
	path = strings.TrimSuffix(strings.TrimSuffix(path, "*"), "*")
	switch {
	case strings.Contains(path, "*"):
		return errors.New("a wildcard may only lead the sub-domain or end the pattern, as /* or /**")
	case strings.HasPrefix(path, "/") || strings.Contains(path, "//"):
		return errors.New("it has an empty path element; give no scheme such as https://")
	case hasPath && strings.HasSuffix(text, "/"):
		return errors.New("it ends in a slash; omit the slash, or end it in /* or /**")
	case strings.ContainsAny(path, ":@") || strings.ContainsFunc(path, notInNames):
		return errors.New("it has a character not allowed in directories: a directory has no tag and no digest")
	}
	return nil
}

// domainFault requires "two or more dot-separated words"; a wildcard may lead the sub-domain.
func domainFault(domain string) error {
	words := strings.Split(domain, ".")
	if strings.HasPrefix(domain, "*") {
		if !wildWord.MatchString(words[0]) || len(words) < 3 {
			return errors.New("a leading wildcard is one * in the sub-domain of a registry, as in *-docker.pkg.dev or *.gcr.io")
		}
		words = words[1:]
	}
	if len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return !domainWord.MatchString(w) }) {
		return errors.New("it must begin with the whole domain of a registry, two or more words with dots, " +
			"as in us-docker.pkg.dev or gcr.io")
	}
	return nil
}

// CheckRepository returns the reason why a text is not a pattern of source repositories
// (google.cloud.binaryauthorization.v1.VerificationRule.trusted_source_repo_patterns).
func CheckRepository(text string) error {
	if err := repositoryFault(text); err != nil {
		return fmt.Errorf("%q is not a pattern of source repositories: %w", text, err)
	}
	return nil
}

func repositoryFault(text string) error {
	stem := strings.TrimSuffix(strings.TrimSuffix(text, "*"), "*")
	switch {
	case strings.Contains(text, "://"):
		return errors.New("leave out the scheme, such as https://")
	case strings.Contains(stem, "*"), stem != text && !strings.HasSuffix(stem, "/"):
		return errors.New("a wildcard may only end it, after a slash: /* or /**")
	case stem == "" || stem == "/" || strings.ContainsFunc(stem, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("it is empty, or has a character not allowed in addresses")
	}
	return nil
}

// CheckProject returns the reason why a text is not "projects/PROJECT_ID", the form of projects
// with evidence in checks.
func CheckProject(text string) error {
	id, ok := strings.CutPrefix(text, "projects/")
	switch {
	case !ok:
		return fmt.Errorf("%q is not of the form projects/PROJECT_ID", text)
	case resname.IsProjectNumber(id):
		return fmt.Errorf("%q has the number of a project; want projects/PROJECT_ID, with its id", text)
	}
	return resname.CheckProjectID(id)
}

// CheckCVE returns the reason why a text is not the bare id of a vulnerability note, such as
// "CVE-2021-20305".
func CheckCVE(text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '/' }) {
		return fmt.Errorf("%q is not the id of a vulnerability: want it bare, as in CVE-2021-20305, without a project", text)
	}
	return nil
}
