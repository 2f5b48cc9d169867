package conformance

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// provenance holds the builder's statement, in either form of SLSA, as far as rules need it.
type provenance struct {
	payload []byte
	builder string
	digests []string // sha256 of the subjects
	// config marks a build by a configuration in a repository.
	config bool
	// configuration is the address of this repository, "" if the statement does not name it.
	configuration string
	// sources are the addresses of the built sources, dependencies those of all other inputs of the
	// build.
	sources, dependencies []string
	// others marks a note outside of Google's builders: its signature decides, but it is not
	// checked here.
	others bool
}

// buildersNotes is the prefix of the note names for Cloud Build's own statements. Only Google can
// create occurrences of these notes.
const buildersNotes = "projects/verified-builder/notes/"

// provenances returns the readable statements about an image, each once.
func provenances(occurrences []Occurrence, digest string) (all []provenance) {
	sum := strings.TrimPrefix(digest, "sha256:")
	for _, o := range occurrences {
		if o.Build == nil {
			continue
		}
		for _, read := range []func() (provenance, bool){
			func() (provenance, bool) { return readV1(o.Build.InTotoSlsaProvenanceV1) },
			func() (provenance, bool) { return readV0(o.Build.IntotoStatement) },
		} {
			if p, ok := read(); ok && slices.Contains(p.digests, sum) {
				p.others = !strings.HasPrefix(o.NoteName, buildersNotes)
				all = append(all, p)
			}
		}
	}
	return all
}

// repositories returns the addresses for the trust check, and the rest. If a configuration is
// required, its repository counts; otherwise its repository and the source count. These may differ.
func (p provenance) repositories(configRequired bool) (named, rest []string) {
	switch {
	case p.configuration == "":
		return p.sources, p.dependencies
	case configRequired:
		return []string{p.configuration}, slices.Concat(p.sources, p.dependencies)
	}
	return slices.Concat([]string{p.configuration}, p.sources), p.dependencies
}

// exact reports whether the one repository required by a rule is known: the repository of the
// configuration.
func (p provenance) exact(rule *binaryauthorization.VerificationRule) bool {
	return p.configuration != "" && rule.ConfigBasedBuildRequired
}

// isSource reports whether an address belongs to a repository or an archive instead of an image.
func isSource(address string) bool {
	scheme := urlScheme.FindString(address)
	return strings.HasPrefix(scheme, "git") || scheme == "gs://" || scheme != "" && !imageDigest.MatchString(address)
}

var imageDigest = regexp.MustCompile(`@sha256:[0-9a-f]+$`)

type subjects []struct {
	Digest struct {
		SHA256 string `json:"sha256"`
	} `json:"digest"`
}

func (s subjects) digests() (all []string) {
	for _, one := range s {
		all = append(all, one.Digest.SHA256)
	}
	return all
}

type resource struct {
	URI string `json:"uri"`
}

func addresses(resources []resource) (all []string) {
	for _, r := range resources {
		if r.URI != "" {
			all = append(all, r.URI)
		}
	}
	return all
}

type statementV1 struct {
	Subject   subjects `json:"subject"`
	Predicate struct {
		BuildDefinition struct {
			ExternalParameters struct {
				BuildConfigSource *repository `json:"buildConfigSource"`
				SourceToBuild     *repository `json:"sourceToBuild"`
			} `json:"externalParameters"`
			ResolvedDependencies []resource `json:"resolvedDependencies"`
		} `json:"buildDefinition"`
		RunDetails struct {
			Builder struct {
				ID string `json:"id"`
			} `json:"builder"`
		} `json:"runDetails"`
	} `json:"predicate"`
}

type repository struct {
	Repository string `json:"repository"`
}

// readV1 reads a statement of SLSA 1.0.
func readV1(text json.RawMessage) (p provenance, ok bool) {
	var s statementV1
	if len(text) == 0 || json.Unmarshal(text, &s) != nil {
		return p, false
	}
	build := s.Predicate.BuildDefinition
	p = provenance{
		payload: text, builder: s.Predicate.RunDetails.Builder.ID, digests: s.Subject.digests(),
		config: build.ExternalParameters.BuildConfigSource != nil, dependencies: addresses(build.ResolvedDependencies),
	}
	if p.config {
		p.configuration = build.ExternalParameters.BuildConfigSource.Repository
	}
	if source := build.ExternalParameters.SourceToBuild; source != nil && source.Repository != "" {
		p.sources = append(p.sources, source.Repository)
	}
	if p.configuration == "" && len(p.sources) == 0 && len(p.dependencies) > 0 {
		p.sources, p.dependencies = p.dependencies[:1], p.dependencies[1:]
	}
	return p, true
}

type statementV0 struct {
	Subject subjects `json:"subject"`
	V01     *struct {
		Builder struct {
			ID string `json:"id"`
		} `json:"builder"`
		Materials []resource `json:"materials"`
		Recipe    struct {
			Type string `json:"type"`
		} `json:"recipe"`
	} `json:"slsaProvenance"`
	V02 *struct {
		Builder struct {
			ID string `json:"id"`
		} `json:"builder"`
		BuildType  string     `json:"buildType"`
		Materials  []resource `json:"materials"`
		Invocation struct {
			ConfigSource resource `json:"configSource"`
		} `json:"invocation"`
	} `json:"slsaProvenanceZeroTwo"`
}

// byConfiguration is the prefix of the recipe type for a file in a repository. Steps in the request
// have another type.
const byConfiguration = "https://cloudbuild.googleapis.com/CloudBuildYaml@"

// readV0 reads a statement of SLSA 0.1 or 0.2. Its first material is the built source.
func readV0(text json.RawMessage) (p provenance, ok bool) {
	var s statementV0
	if len(text) == 0 || json.Unmarshal(text, &s) != nil {
		return p, false
	}
	p = provenance{payload: text, digests: s.Subject.digests()}
	switch {
	case s.V01 != nil:
		p.builder, p.config, p.dependencies = s.V01.Builder.ID, strings.HasPrefix(s.V01.Recipe.Type, byConfiguration),
			addresses(s.V01.Materials)
	case s.V02 != nil:
		p.builder, p.config, p.dependencies = s.V02.Builder.ID, strings.HasPrefix(s.V02.BuildType, byConfiguration),
			addresses(s.V02.Materials)
		p.configuration = s.V02.Invocation.ConfigSource.URI
	default:
		return p, false
	}
	if len(p.dependencies) > 0 {
		p.sources, p.dependencies = p.dependencies[:1], p.dependencies[1:]
	}
	return p, true
}

var (
	urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	commit    = regexp.MustCompile(`/commit/[0-9A-Fa-f]+$`)
	// plainAddress is the form of addresses with only one reading: a host, a path, and at most one
	// reference or generation. No part of the path consists of dots.
	plainAddress = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?(/` + word + `)+` +
		`(@` + word + `|@refs(/` + refWord + `)+|#[0-9A-Za-z]+)?$`)
)

const (
	word = `[.]*[A-Za-z0-9_~+=:-][A-Za-z0-9._~+=:-]*`
	// refWord is a part of the full name of a Git branch or tag, such as web@1.2.3 or #123-fix.
	refWord = `[.]*[A-Za-z0-9_~+=:@#,!()-][A-Za-z0-9._~+=:@#,!()-]*`
)

// sourceOf returns the address of a repository in the form of patterns: without scheme, commit,
// generation and reference. plain is false if programs can read another repository from it.
func sourceOf(address string) (source string, plain bool) {
	source = urlScheme.ReplaceAllString(address, "")
	if !plainAddress.MatchString(source) {
		return "", false
	}
	if end := strings.IndexAny(source, "@#"); end >= 0 {
		if last := strings.LastIndex(source, "@"); last > end && strings.Contains(source[last:], "/") {
			return "", false // the last @ can be read as the end of a user name
		}
		source = source[:end]
	}
	return commit.ReplaceAllString(source, ""), true
}
