package conformance

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// anyVerdict holds all verdicts, for a check without any evidence.
var anyVerdict = Either(NonConformant, Errored, Conformant)

// finding evaluates a check for an image with no exemption. An image without a registry is
// evaluated in both readings of its name.
func (e *Evaluator) finding(ctx context.Context, check *binaryauthorization.Check, image string) CheckResult {
	said := e.judged(ctx, check, image)
	completed := complete(image)
	if completed == image {
		return said
	}
	other := e.judged(ctx, check, completed)
	if said.Possible == other.Possible {
		return said
	}
	if said.Possible.Strictest() != (said.Possible | other.Possible).Strictest() {
		said, other = other, said
	}
	said.Possible |= other.Possible
	said.Doubt = joined(joined(said.Doubt, other.Doubt), noRegistry)
	return said
}

// judged evaluates a check for an image by its name as written.
func (e *Evaluator) judged(ctx context.Context, check *binaryauthorization.Check, image string) CheckResult {
	switch Kind(check) {
	case "always_deny":
		return certain(NonConformant, "The check denies every image")
	case "trusted_directory_check":
		return inTrustedDirectory(check.TrustedDirectoryCheck, image)
	case "":
		return CheckResult{Possible: anyVerdict, Sentence: "The kind of the check is unknown", Doubt: "the kind of the check is unknown"}
	}
	name, digest, ok := byDigest(image)
	if !ok {
		return certain(NonConformant, "Image has no digest")
	}
	image = name + "@" + digest
	switch Kind(check) {
	case "image_freshness_check":
		return e.fresh(ctx, check.ImageFreshnessCheck, image)
	case "simple_signing_attestation_check":
		return e.attested(ctx, check.SimpleSigningAttestationCheck, image)
	case "sigstore_signature_check":
		return e.signed(ctx, check.SigstoreSignatureCheck, image)
	case "slsa_check":
		return e.built(ctx, check.SlsaCheck, image)
	default:
		return e.vulnerable(ctx, check.VulnerabilityCheck, image)
	}
}

func certain(v Verdict, sentence string) CheckResult {
	return CheckResult{Possible: Only(v), Sentence: sentence}
}

// may adds possible verdicts and the reason.
func (c CheckResult) may(p Possible, doubt string) CheckResult {
	c.Possible, c.Doubt = c.Possible|p, joined(c.Doubt, doubt)
	return c
}

// joined joins two reasons; either may be empty.
func joined(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "", slices.Contains(strings.Split(a, "; "), b):
		return a
	}
	return a + "; " + b
}

var sha256Form = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// byDigest returns the name and the digest of an image, false without a sha256 digest. It ignores a
// tag.
func byDigest(image string) (name, digest string, ok bool) {
	name, _, digest, _, _ = split(image)
	return name, digest, sha256Form.MatchString(digest)
}

// inArtifactRegistry reports whether an image is in Artifact Registry. It also serves the names of
// Container Registry.
func inArtifactRegistry(image string) bool {
	host, _, _ := strings.Cut(image, "/")
	return strings.HasSuffix(host, ".pkg.dev") || host == "gcr.io" || strings.HasSuffix(host, ".gcr.io")
}

const elsewhere = "the check is for images in Artifact Registry, and the verdict on others is not documented"

// notHere is the result for an image outside a check's supported registries or repositories.
func notHere(sentence, doubt string) CheckResult {
	return CheckResult{Possible: Either(NonConformant, Errored), Sentence: sentence, Doubt: doubt}
}

// unread is the result for unreadable evidence.
func unread(err error) CheckResult {
	return CheckResult{Possible: anyVerdict, Sentence: "The evidence could not be read", Doubt: oneLine(err)}
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

const noProjects = "the check names no projects, and the service's default is not documented"

// occurrences returns one kind of occurrences for an image in the readable projects, and the
// reasons for the others.
func (e *Evaluator) occurrences(ctx context.Context, projects []string, kind, image string) (all []Occurrence, err error) {
	var failures []error
	for _, project := range bare(projects) {
		found, err := e.Evidence.Occurrences(ctx, project, kind, image)
		if err != nil {
			failures = append(failures, err)
		}
		all = append(all, found...)
	}
	return all, errors.Join(failures...)
}

// bare returns the ids of projects, each once.
func bare(projects []string) (ids []string) {
	for _, p := range projects {
		if id := strings.TrimPrefix(p, "projects/"); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
