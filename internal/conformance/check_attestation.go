package conformance

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// simpleSigning is the payload type in signatures with DSSE's encoding. Google's guide to the check
// signs with and without it.
const simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json"

// attested looks for an attestation of an image with a valid signature of one of the keys, on any
// note.
func (e *Evaluator) attested(ctx context.Context, check *binaryauthorization.SimpleSigningAttestationCheck, image string) CheckResult {
	projects := check.ContainerAnalysisAttestationProjects
	if len(bare(projects)) == 0 {
		return CheckResult{Possible: anyVerdict, Sentence: "No valid attestation was found", Doubt: noProjects}
	}
	occurrences, err := e.occurrences(ctx, projects, "ATTESTATION", image)
	valid, doubts := attestedIn(occurrences, check, image)
	if valid {
		return certain(Conformant, "Image has a valid attestation")
	}
	result := certain(NonConformant, "No valid attestation signed by a trusted key was found")
	for _, doubt := range doubts {
		result = result.may(Only(Conformant), doubt)
	}
	if err != nil {
		result = result.may(anyVerdict, oneLine(err))
	}
	return result
}

const (
	otherKeyID = "a trusted key verifies an attestation, but the signature names another key id, and it is not documented whether " +
		"the id counts"
	otherResource = "a trusted key verifies an attestation, but its resource is not exactly the image with its digest, for example " +
		"because of a tag, and it is not documented whether it counts"
)

// attestedIn reports whether one of several attestations of an image is valid. Otherwise, doubts has
// the reasons why one may count.
func attestedIn(
	all []Occurrence, check *binaryauthorization.SimpleSigningAttestationCheck, image string,
) (valid bool, doubts []string) {
	for _, o := range all {
		if o.Attestation == nil || !isAbout(o.Attestation.SerializedPayload, image) {
			continue
		}
		byID, byOther := verified(check, o.Attestation)
		exact := strings.TrimPrefix(o.ResourceURI, "https://") == image
		if byID && exact {
			return true, nil
		}
		if byOther {
			doubts = append(doubts, otherKeyID)
		}
		if !exact && (byID || byOther) {
			doubts = append(doubts, otherResource)
		}
	}
	return false, doubts
}

// isAbout reports whether a payload names an image, by its digest and its repository.
func isAbout(payload []byte, image string) bool {
	name, digest, _ := byDigest(image)
	repository, about, err := attest.ParsePayload(payload)
	if err != nil || about != digest {
		return false
	}
	repository, _, _, _, _ = split(attest.Image(repository))
	return repository == name
}

// verified reports whether one of a check's keys verifies one of an attestation's signatures: under
// the key's id, or under another.
func verified(check *binaryauthorization.SimpleSigningAttestationCheck, a *AttestationDetail) (valid, other bool) {
	for _, k := range trustedKeys(check) {
		key, err := attest.ParsePKIX(k.PublicKeyPem)
		if err != nil {
			continue
		}
		algorithm, err := attest.ParseAlgorithm(k.SignatureAlgorithm)
		if err != nil {
			continue
		}
		id := k.KeyId
		if id == "" {
			id = key.ID()
		}
		for _, s := range a.Signatures {
			if !verifies(key, algorithm, a.SerializedPayload, s.Signature) {
				continue
			}
			if s.PublicKeyID == id {
				return true, false
			}
			other = true
		}
	}
	return false, other
}

func verifies(key *attest.PKIX, algorithm attest.Algorithm, payload, signature []byte) bool {
	return key.Verify(algorithm, payload, signature) == nil ||
		key.Verify(algorithm, attest.PAE(simpleSigning, payload), signature) == nil
}

func trustedKeys(check *binaryauthorization.SimpleSigningAttestationCheck) (keys []*binaryauthorization.PkixPublicKey) {
	for _, a := range check.AttestationAuthenticators {
		if a != nil && a.PkixPublicKeySet != nil {
			keys = append(keys, a.PkixPublicKeySet.PkixPublicKeys...)
		}
	}
	return slices.DeleteFunc(keys, func(k *binaryauthorization.PkixPublicKey) bool { return k == nil })
}

// cosignPayload is the payload signed by Cosign. Its critical.type differs from that of
// attestations.
type cosignPayload struct {
	Critical struct {
		Identity struct {
			Reference string `json:"docker-reference"`
		} `json:"identity"`
		Image struct {
			Digest string `json:"docker-manifest-digest"`
		} `json:"image"`
	} `json:"critical"`
}

// cosigned returns the repository and the digest in a Cosign payload.
func cosigned(payload []byte) (repository, digest string, ok bool) {
	var p cosignPayload
	if json.Unmarshal(payload, &p) != nil {
		return "", "", false
	}
	repository, _, _, _, _ = split(attest.Image(strings.TrimSpace(p.Critical.Identity.Reference)))
	return repository, p.Critical.Image.Digest, true
}
