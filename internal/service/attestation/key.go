package attestation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// resolve returns the attestor's key for a request, and the attestor's note. If a shared read of
// the attestor has no such key, it reads again: another provider process can have added the key.
func resolve(ctx context.Context, clients *gcp.Clients, r request) (key attest.Key, note string, err error) {
	attestor, err := clients.SharedAttestor(ctx, r.attestor)
	if err != nil {
		return key, "", at("attestor", err)
	}
	key, err = keyFor(ctx, clients, r, gcp.Keyring(attestor))
	if err != nil && !ofGoogle(err) {
		if attestor, err = clients.FreshAttestor(ctx, r.attestor); err != nil {
			return key, "", at("attestor", err)
		}
		key, err = keyFor(ctx, clients, r, gcp.Keyring(attestor))
	}
	return key, attestor.GetUserOwnedGrafeasNote().GetNoteReference(), err
}

// ofGoogle reports whether an error comes from a call. Other errors are about the contents of the
// answers.
func ofGoogle(err error) bool {
	_, ok := errors.AsType[*gcp.Error](err)
	return ok
}

// keyFor returns the attestor's key for the request, or the reason why there is none.
func keyFor(ctx context.Context, clients *gcp.Clients, r request, keys attest.Keyring) (attest.Key, error) {
	if r.kms != nil {
		return keyOfKMS(ctx, clients, r, keys)
	}
	return keyOfSignature(r, keys)
}

// keyOfKMS finds a Cloud KMS key version among the attestor's keys by its public key, because the
// attestor can give it any id. Some users may sign but not read the public key. For them, it
// compares the id, and the signature is verified later.
func keyOfKMS(ctx context.Context, clients *gcp.Clients, r request, keys attest.Keyring) (attest.Key, error) {
	public, err := clients.SharedPublicKey(ctx, *r.kms)
	if gcp.IsKind(err, gcp.KindDenied) {
		if named := keys.Find(func(k attest.Key) bool { return k.ID == r.kms.KeyID() && k.PGP == "" }); len(named) > 0 {
			return named[0], nil
		}
	}
	if err != nil {
		return attest.Key{}, at("kms_key_version", err)
	}
	algorithm, err := attest.AlgorithmFromKMS(public.Algorithm)
	if err != nil {
		return attest.Key{}, at("kms_key_version", err)
	}
	key, err := sameKey(keys, public.PEM, algorithm, *r.kms)
	if err != nil {
		err = fmt.Errorf("%w\nAdd { kms_key_version = %q } to the public_keys of %s", err, r.kms, r.attestor)
	}
	return key, at("kms_key_version", err)
}

// sameKey returns the attestor's key with this PEM and algorithm. Of several, it prefers the one
// with gcloud's id of the version.
func sameKey(keys attest.Keyring, pem string, algorithm attest.Algorithm, version resname.KMSKeyVersion) (attest.Key, error) {
	same := keys.Find(func(k attest.Key) bool { return k.PGP == "" && attest.EqualPEM(k.PEM, pem) })
	fit := same.Find(func(k attest.Key) bool { return k.Algorithm == algorithm })
	switch {
	case len(keys) == 0:
		return attest.Key{}, fmt.Errorf("%s is not a key of the attestor. The attestor has no keys", version)
	case len(same) == 0:
		return attest.Key{}, fmt.Errorf("%s is not a key of the attestor. Its keys are: %s", version, strings.Join(keys.IDs(), ", "))
	case len(fit) == 0:
		return attest.Key{}, fmt.Errorf("%s signs with %s, but the attestor verifies this key with %s",
			version, algorithm, same[0].Algorithm)
	}
	if named := fit.Find(func(k attest.Key) bool { return k.ID == version.KeyID() }); len(named) > 0 {
		return named[0], nil
	}
	return fit[0], nil
}

// keyOfSignature returns the key of the ready signature, or an error if the signature is not valid.
func keyOfSignature(r request, keys attest.Keyring) (attest.Key, error) {
	err := keys.Verify(r.payload, r.keyID, r.signature, r.digest())
	named := keys.Find(func(k attest.Key) bool { return k.ID == r.keyID })
	if len(named) == 0 {
		return attest.Key{}, at("public_key_id", err)
	}
	return named[0], at("signature", err)
}
