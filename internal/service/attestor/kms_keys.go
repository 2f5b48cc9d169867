package attestor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// trustedKeys remembers the answer of Cloud KMS for each key version: "{key id of the PEM}
// {algorithm}". A version never changes, so another key in an attestor under that name is
// tampering.
type trustedKeys map[string]string

const memoryOfKeys = "kms_keys"

func recallKeys(ctx context.Context, memory lifecycle.Memory) trustedKeys {
	trusted := trustedKeys{}
	memory.Recall(ctx, memoryOfKeys, &trusted)
	return trusted
}

// of returns the remembered key of a version, in any spelling of its name, or "".
func (t trustedKeys) of(version types.String) string {
	for name, key := range t {
		if sameKMSName(types.StringValue(name), version) {
			return key
		}
	}
	return ""
}

// hold reports whether a key in the state equals the remembered key of its version.
func (t trustedKeys) hold(k *keyModel) bool {
	want := t.of(k.KMSKeyVersion)
	return want != "" && want == k.fingerprint()
}

// sameKMSName compares the names of two versions, with or without "//cloudkms.googleapis.com/v1/".
// An invalid name equals nothing.
func sameKMSName(a, b types.String) bool {
	x, errX := resname.ParseKMSKeyVersion(a.ValueString())
	y, errY := resname.ParseKMSKeyVersion(b.ValueString())
	return errX == nil && errY == nil && x == y
}

func (k *keyModel) fingerprint() string {
	return fingerprint(k.pem().ValueString(), k.algorithm().ValueString())
}

// fingerprint returns "" for an invalid key.
func fingerprint(pem, algorithm string) string {
	key, err := attest.ParsePKIX(pem)
	if err != nil {
		return ""
	}
	canonical, err := attest.ParseAlgorithm(algorithm)
	if err != nil {
		return ""
	}
	return key.ID() + " " + string(canonical)
}

// resolve looks up Cloud KMS keys left unknown by the plan, compares the others with Cloud KMS, and
// remembers the results.
func resolve(ctx context.Context, c *change) error {
	if c.Model.PublicKeys.IsUnknown() {
		return nil // unmanaged keys
	}
	keys, trusted := c.Model.keys(ctx, c.Diags), recallKeys(ctx, c.Memory)
	kept := trustedKeys{}
	var prior []keyModel
	if c.Prior != nil {
		prior = c.Prior.keys(ctx, c.Diags)
	}
	for i := range keys {
		if keys[i].KMSKeyVersion.ValueString() == "" {
			continue
		}
		if err := keys[i].resolve(ctx, c.Clients, trusted, kept); err != nil &&
			!(ofGoogle(err) && slices.ContainsFunc(prior, keys[i].same)) {
			return &lifecycle.AttributeError{Path: keyPath(i).AtName("kms_key_version"), Err: err}
		}
	}
	for i := range keys {
		if keys[i].ID.IsUnknown() {
			keys[i].ID = keys[i].computedID()
		}
	}
	c.Model.setKeys(keys, c.Diags)
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, kept)...)
	return nil
}

// ofGoogle reports whether an error comes from a call, and not from the contents of a reply.
func ofGoogle(err error) bool {
	_, ok := errors.AsType[*gcp.Error](err)
	return ok
}

func (k *keyModel) resolve(ctx context.Context, clients *gcp.Clients, trusted, kept trustedKeys) error {
	version, err := resname.ParseKMSKeyVersion(k.KMSKeyVersion.ValueString())
	if err != nil {
		return err
	}
	if !trusted.hold(k) {
		pem, algorithm, err := fetch(ctx, clients, version)
		if err != nil {
			return err
		}
		if k.PKIX.IsUnknown() {
			k.PKIX = newPKIX(pem, algorithm)
		}
		if k.fingerprint() != fingerprint(pem, algorithm) {
			return errors.New(anotherKey(version))
		}
	}
	kept[version.String()] = k.fingerprint()
	return nil
}

// learn remembers Cloud KMS keys at their first read, such as after an import. Without permission,
// the next plan tries again.
func learn(ctx context.Context, c *change) {
	if leavesKeys(ctx, c.Memory) {
		return
	}
	trusted, learnt := recallKeys(ctx, c.Memory), false
	for _, k := range c.Model.keys(ctx, c.Diags) {
		if trusted.meet(ctx, c.Clients, k.KMSKeyVersion) {
			learnt = true
		}
	}
	if learnt {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, trusted)...)
	}
}

// meet looks up a version not yet remembered. It reports whether it has learned the key.
func (t trustedKeys) meet(ctx context.Context, clients *gcp.Clients, name types.String) bool {
	version, err := resname.ParseKMSKeyVersion(name.ValueString())
	if err != nil || t.of(name) != "" {
		return false
	}
	pem, algorithm, err := fetch(ctx, clients, version)
	if err == nil {
		t[version.String()] = fingerprint(pem, algorithm)
	}
	return err == nil
}

// fetch reads a key from Cloud KMS, with the algorithm in Binary Authorization's spelling.
func fetch(ctx context.Context, clients *gcp.Clients, version resname.KMSKeyVersion) (pem, algorithm string, err error) {
	key, err := clients.SharedPublicKey(ctx, version)
	if err != nil {
		return "", "", err
	}
	canonical, err := attest.AlgorithmFromKMS(key.Algorithm)
	if err != nil {
		return "", "", fmt.Errorf("%w\nCreate a version of the key with one of these algorithms", err)
	}
	return key.PEM, string(canonical), nil
}

func keyPath(i int) path.Path { return path.Root("public_keys").AtListIndex(i) }
