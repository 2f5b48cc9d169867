package conformance

import (
	"context"
	"errors"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// signed looks for a signature of an image with one of the keys. It does not verify signatures in
// bundles, because Google does not document whether the check reads them.
func (e *Evaluator) signed(ctx context.Context, check *binaryauthorization.SigstoreSignatureCheck, image string) CheckResult {
	if !inArtifactRegistry(image) {
		return notHere("Image is not in Artifact Registry", elsewhere)
	}
	signatures, err := e.Evidence.Signatures(ctx, image)
	if err != nil {
		return notSigned(err)
	}
	name, digest, _ := byDigest(image)
	moved := false
	for _, s := range signatures {
		repository, about, ok := cosigned(s.Payload)
		if !ok || about != digest || !cosignVerified(check, s) {
			continue
		}
		if repository == "" || repository == name {
			return certain(Conformant, "Image has a valid Sigstore signature")
		}
		moved = true
	}
	result := certain(NonConformant, "No Sigstore signature verified by a trusted key was found")
	if moved {
		result = result.may(Only(Conformant),
			"a valid signature was made for the image in another repository, and it is not documented whether the repository counts")
	}
	return e.orBundled(ctx, result, image)
}

// orBundled adds the possible verdicts on an image with a signature in a bundle, or with a list of
// bundles that cannot be read.
func (e *Evaluator) orBundled(ctx context.Context, result CheckResult, image string) CheckResult {
	switch bundled, err := e.Evidence.Bundled(ctx, image); {
	case err != nil:
		return result.may(anyVerdict, oneLine(err))
	case bundled:
		return result.may(Only(Conformant),
			"the image has a signature in a Sigstore bundle (Cosign 3), and it is not documented whether the check reads bundles")
	}
	return result
}

func notSigned(err error) CheckResult {
	if errors.Is(err, ErrNoImage) {
		return notHere("Image is not in its repository", "the verdict on an image missing from its repository is not documented")
	}
	return unread(err)
}

// cosignVerified tries every algorithm of a key, because a check names none.
func cosignVerified(check *binaryauthorization.SigstoreSignatureCheck, s Signature) bool {
	for _, authority := range check.SigstoreAuthorities {
		if authority == nil || authority.PublicKeySet == nil {
			continue
		}
		for _, k := range authority.PublicKeySet.PublicKeys {
			key, err := attest.ParsePKIX(k.PublicKeyPem)
			if err != nil {
				continue
			}
			for _, algorithm := range key.Algorithms() {
				if key.Verify(algorithm, s.Payload, s.Signature) == nil {
					return true
				}
			}
		}
	}
	return false
}
