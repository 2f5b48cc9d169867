package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// cloudBuild is the prefix of the ids of Cloud Build's builders.
const cloudBuild = "https://cloudbuild.googleapis.com/"

// built looks for a provenance of an image that satisfies one of the rules.
func (e *Evaluator) built(ctx context.Context, check *binaryauthorization.SlsaCheck, image string) CheckResult {
	result := certain(NonConformant, "No provenance of the image satisfies a rule")
	for i, rule := range check.Rules {
		said := e.satisfied(ctx, rule, image)
		if said.Possible == Only(Conformant) {
			return certain(Conformant, "A provenance of the image satisfies a rule")
		}
		result = result.may(said.Possible, said.Doubt)
		result.Findings = append(result.Findings, fmt.Sprintf("rules[%d]: %s", i, said.Sentence))
	}
	return result
}

// satisfied evaluates one rule for an image.
func (e *Evaluator) satisfied(ctx context.Context, rule *binaryauthorization.VerificationRule, image string) CheckResult {
	if rule.AttestationSource == nil || len(bare(rule.AttestationSource.ContainerAnalysisAttestationProjects)) == 0 {
		return CheckResult{Possible: anyVerdict, Sentence: "it names no projects with provenance", Doubt: noProjects}
	}
	occurrences, err := e.occurrences(ctx, rule.AttestationSource.ContainerAnalysisAttestationProjects, "BUILD", image)
	_, digest, _ := byDigest(image)
	result := certain(NonConformant, "there is no provenance")
	for n, p := range provenances(occurrences, digest) {
		said := e.allows(rule, p)
		if said.Possible == Only(Conformant) {
			return said
		}
		if n == 0 {
			result.Sentence = ""
		}
		result = result.may(said.Possible, said.Doubt)
		result.Sentence = joined(result.Sentence, said.Sentence)
	}
	if err != nil {
		result = result.may(anyVerdict, oneLine(err))
	}
	return result
}

// allows evaluates a rule for one provenance. A condition that is certainly not met decides;
// otherwise all doubts count.
func (e *Evaluator) allows(rule *binaryauthorization.VerificationRule, p provenance) CheckResult {
	result := certain(Conformant, "a provenance satisfies it")
	for _, ask := range []func(*binaryauthorization.VerificationRule, provenance) CheckResult{
		byBuilder, byConfig, bySource, e.byConstraint,
	} {
		said := ask(rule, p)
		if said.Possible == Only(NonConformant) {
			return said
		}
		if said.Possible != Only(Conformant) {
			result.Sentence = said.Sentence
			result.Doubt = joined(result.Doubt, said.Doubt)
		}
		result.Possible = together(result.Possible, said.Possible)
	}
	return result
}

func byBuilder(rule *binaryauthorization.VerificationRule, p provenance) CheckResult {
	switch {
	case !strings.HasPrefix(p.builder, cloudBuild):
		return certain(NonConformant, fmt.Sprintf("the builder %q is not Cloud Build", p.builder))
	case p.others:
		return CheckResult{
			Possible: Either(NonConformant, Conformant), Sentence: "the provenance is not on a note of Cloud Build",
			Doubt: "the provenance is not on a note of Cloud Build, and its signature is not checked here",
		}
	case rule.TrustedBuilder != "GOOGLE_CLOUD_BUILD":
		return CheckResult{
			Possible: Either(NonConformant, Conformant), Sentence: "it names no trusted builder",
			Doubt: "the rule names no trusted builder, and the default is not documented",
		}
	}
	return certain(Conformant, "")
}

func byConfig(rule *binaryauthorization.VerificationRule, p provenance) CheckResult {
	if rule.ConfigBasedBuildRequired && !p.config {
		return certain(NonConformant, "the build does not follow a configuration in a repository")
	}
	return certain(Conformant, "")
}

const severalSources = "the provenance names several sources, and it is not documented which one has to be trusted"

// bySource compares the repositories of a build with the patterns.
func bySource(rule *binaryauthorization.VerificationRule, p provenance) CheckResult {
	if len(rule.TrustedSourceRepoPatterns) == 0 {
		return certain(Conformant, "")
	}
	trusted := func(address string) bool {
		source, plain := sourceOf(address)
		return plain && trustedSource(rule.TrustedSourceRepoPatterns, source)
	}
	untrusted := func(address string) bool { return !trusted(address) }
	named, rest := p.repositories(rule.ConfigBasedBuildRequired)
	if len(named) > 0 && !slices.ContainsFunc(named, untrusted) {
		further := func(address string) bool { return !p.exact(rule) && isSource(address) && untrusted(address) }
		if i := slices.IndexFunc(rest, further); i >= 0 {
			result := certain(NonConformant, "a further source is not from a trusted repository: "+rest[i])
			if _, plain := sourceOf(rest[i]); !plain {
				result.Sentence = "the repository of a further source is not certain: " + rest[i]
			}
			return perhapsTrusted(result.may(Only(Conformant), severalSources), rule.TrustedSourceRepoPatterns, rest[i:i+1])
		}
		return certain(Conformant, "")
	}
	result := certain(NonConformant, "the source is not from a trusted repository: "+strings.Join(named, ", "))
	if len(named) == 0 {
		result.Sentence = "the provenance names no source"
	}
	all := slices.Concat(named, rest)
	if slices.ContainsFunc(all, trusted) {
		result = result.may(Only(Conformant), severalSources)
	}
	return perhapsTrusted(result, rule.TrustedSourceRepoPatterns, all)
}

// perhapsTrusted adds the doubts about addresses whose repository is not certain.
func perhapsTrusted(result CheckResult, patterns, addresses []string) CheckResult {
	for _, address := range addresses {
		source, plain := sourceOf(address)
		bare, git := strings.CutSuffix(source, ".git")
		switch {
		case !plain:
			result = result.may(Only(Conformant), fmt.Sprintf("the address %q can be read in several ways, because it has a user name, "+
				"dots instead of a name, an escape or another special part, and it is not documented how the service reads it", address))
		case git && trustedSource(patterns, bare):
			result = result.may(Only(Conformant), "it is not documented whether .git at the end of an address counts")
		}
	}
	return result
}

func trustedSource(patterns []string, source string) bool {
	for _, pattern := range patterns {
		if CheckRepository(pattern) == nil && matchesEnd(pattern, source) {
			return true
		}
	}
	return false
}

// byConstraint evaluates a rule's expression on a provenance.
func (e *Evaluator) byConstraint(rule *binaryauthorization.VerificationRule, p provenance) CheckResult {
	if rule.CustomConstraints == "" {
		return certain(Conformant, "")
	}
	const failed = "the provenance does not satisfy the custom constraints"
	if e.Constraint == nil {
		return CheckResult{
			Possible: anyVerdict, Sentence: failed,
			Doubt: "the variables in custom constraints are not documented, so constraints are not evaluated here",
		}
	}
	holds, err := e.Constraint(rule.CustomConstraints, p.payload)
	switch {
	case err != nil:
		return CheckResult{
			Possible: Either(NonConformant, Errored), Sentence: failed,
			Doubt: "the custom constraints cannot be evaluated, and the verdict then is not documented: " + oneLine(err),
		}
	case !holds:
		return certain(NonConformant, failed)
	}
	return certain(Conformant, "")
}
