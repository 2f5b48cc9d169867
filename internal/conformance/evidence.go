package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// Evidence provides the input of checks. A method returns an error if a lookup fails. A check that
// needs the result is then undetermined, with the error's text in its explanation.
type Evidence interface {
	// Occurrences lists a project's occurrences of one kind (ATTESTATION, BUILD, DISCOVERY,
	// VULNERABILITY) for an image, "registry/repository@sha256:…", with or without "https://" in
	// the occurrence. project is the bare id.
	Occurrences(ctx context.Context, project, kind, image string) ([]Occurrence, error)
	// Uploaded returns the time of an image's upload to Artifact Registry. ErrNoImage: the
	// repository does not have it.
	Uploaded(ctx context.Context, image string) (time.Time, error)
	// Signatures returns the Sigstore signatures of an image in Artifact Registry; none is no
	// error. ErrNoImage: the repository does not have the image.
	Signatures(ctx context.Context, image string) ([]Signature, error)
	// Bundled reports whether an image in Artifact Registry has a signature in a Sigstore bundle, as
	// Cosign 3 writes it. It is only asked if no other signature verifies.
	Bundled(ctx context.Context, image string) (bool, error)
}

// ErrNoImage means that a registry does not have an image.
var ErrNoImage = errors.New("the registry does not have the image")

// Signature is a simple-signing signature of Sigstore: a payload with a digest, and its raw
// signature.
type Signature struct{ Payload, Signature []byte }

// Occurrence holds the occurrence fields used by checks, in the JSON form of Container Analysis v1.
type Occurrence struct {
	Name          string             `json:"name"`
	NoteName      string             `json:"noteName"`
	ResourceURI   string             `json:"resourceUri"`
	Kind          string             `json:"kind"`
	UpdateTime    string             `json:"updateTime"`
	Attestation   *AttestationDetail `json:"attestation,omitempty"`
	Discovery     *DiscoveryDetail   `json:"discovery,omitempty"`
	Vulnerability *Finding           `json:"vulnerability,omitempty"`
	Build         *BuildDetail       `json:"build,omitempty"`
}

// AttestationDetail is a signed payload.
type AttestationDetail struct {
	SerializedPayload []byte `json:"serializedPayload"`
	Signatures        []struct {
		PublicKeyID string `json:"publicKeyId"`
		Signature   []byte `json:"signature"`
	} `json:"signatures"`
}

// DiscoveryDetail is the state of an image's scan.
type DiscoveryDetail struct {
	ContinuousAnalysis string `json:"continuousAnalysis"` // ACTIVE, INACTIVE
	// PENDING, SCANNING, FINISHED_SUCCESS, COMPLETE, FINISHED_FAILED, FINISHED_UNSUPPORTED
	AnalysisStatus      string `json:"analysisStatus"`
	LastScanTime        string `json:"lastScanTime"` // RFC 3339
	AnalysisStatusError struct {
		Message string `json:"message"`
	} `json:"analysisStatusError"`
}

// Finding is one vulnerability of an image.
type Finding struct {
	ShortDescription  string `json:"shortDescription"` // the CVE
	Severity          string `json:"severity"`
	EffectiveSeverity string `json:"effectiveSeverity"`
	FixAvailable      bool   `json:"fixAvailable"` // of at least one package
	PackageIssue      []struct {
		AffectedPackage   string `json:"affectedPackage"`
		EffectiveSeverity string `json:"effectiveSeverity"`
		FixAvailable      bool   `json:"fixAvailable"`
		FixedVersion      struct {
			Kind     string `json:"kind"` // MAXIMUM: there is no fix
			FullName string `json:"fullName"`
		} `json:"fixedVersion"`
	} `json:"packageIssue"`
	VexAssessment *struct {
		State string `json:"state"` // AFFECTED, NOT_AFFECTED, FIXED, UNDER_INVESTIGATION
	} `json:"vexAssessment"`
}

// BuildDetail is the provenance of an image: one of two forms of SLSA.
type BuildDetail struct {
	IntotoStatement        json.RawMessage `json:"intotoStatement"`        // SLSA 0.1, 0.2
	InTotoSlsaProvenanceV1 json.RawMessage `json:"inTotoSlsaProvenanceV1"` // SLSA 1.0
}

// Waiting reports whether a vulnerability scan of an image is pending or in progress, even if
// another has ended. It considers only Google's scans (Scans). Without any, the result is false, and
// the caller decides.
func Waiting(occurrences []Occurrence) bool {
	return slices.ContainsFunc(Scans(occurrences), func(o Occurrence) bool {
		return o.Discovery.AnalysisStatus == "PENDING" || o.Discovery.AnalysisStatus == "SCANNING"
	})
}
