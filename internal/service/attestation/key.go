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

// resolve finds the attestor's key for a request, and the note that the attestor reads. An attestor that was read a while ago
// for another attestation is read again before it is said not to have the key: another provider may have added it since.
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

// ofGoogle says whether an error is one of a call, and not of what the answers mean.
func ofGoogle(err error) bool {
	_, ok := errors.AsType[*gcp.Error](err)
	return ok
}

// keyFor is the key of the attestor that will verify the request, or why there is none.
func keyFor(ctx context.Context, clients *gcp.Clients, r request, keys attest.Keyring) (attest.Key, error) {
	if r.kms != nil {
		return keyOfKMS(ctx, clients, r, keys)
	}
	return keyOfSignature(r, keys)
}

// keyOfKMS finds a Cloud KMS key version among the attestor's keys by what it is: its id there is the attestor's choice.
// Who may not read the public key can still sign: then the id has to tell, and the signature will show.
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

// sameKey is the attestor's key with this PEM and algorithm; of several, the one with gcloud's id of the version.
func sameKey(keys attest.Keyring, pem string, algorithm attest.Algorithm, version resname.KMSKeyVersion) (attest.Key, error) {
	same := keys.Find(func(k attest.Key) bool { return k.PGP == "" && attest.EqualPEM(k.PEM, pem) })
	fit := same.Find(func(k attest.Key) bool { return k.Algorithm == algorithm })
	switch {
	case len(keys) == 0:
		return attest.Key{}, fmt.Errorf("%s is no key of the attestor: it has none", version)
	case len(same) == 0:
		return attest.Key{}, fmt.Errorf("%s is no key of the attestor. It has: %s", version, strings.Join(keys.IDs(), ", "))
	case len(fit) == 0:
		return attest.Key{}, fmt.Errorf("%s signs with %s, but the attestor verifies this key with %s", version, algorithm, same[0].Algorithm)
	}
	if named := fit.Find(func(k attest.Key) bool { return k.ID == version.KeyID() }); len(named) > 0 {
		return named[0], nil
	}
	return fit[0], nil
}

// keyOfSignature wants the ready signature to be a good one.
func keyOfSignature(r request, keys attest.Keyring) (attest.Key, error) {
	err := keys.Verify(r.payload, r.keyID, r.signature, r.digest())
	named := keys.Find(func(k attest.Key) bool { return k.ID == r.keyID })
	if len(named) == 0 {
		return attest.Key{}, at("public_key_id", err)
	}
	return named[0], at("signature", err)
}
