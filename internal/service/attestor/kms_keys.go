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

// trustedKeys remembers what Cloud KMS said of each key version: "{key id of the PEM} {algorithm}". A version never
// changes, so an attestor that shows anything else under that version's name was tampered with.
type trustedKeys map[string]string

const memoryOfKeys = "kms_keys"

func recallKeys(ctx context.Context, memory lifecycle.Memory) trustedKeys {
	trusted := trustedKeys{}
	memory.Recall(ctx, memoryOfKeys, &trusted)
	return trusted
}

// of is what is remembered of a version, in whatever spelling; "" if nothing is.
func (t trustedKeys) of(version types.String) string {
	for name, key := range t {
		if sameKMSName(types.StringValue(name), version) {
			return key
		}
	}
	return ""
}

// hold says whether a key in the state is the one that Cloud KMS has under its version.
func (t trustedKeys) hold(k *keyModel) bool {
	want := t.of(k.KMSKeyVersion)
	return want != "" && want == k.fingerprint()
}

// sameKMSName compares the names of two versions, with and without "//cloudkms.googleapis.com/v1/". No name is not one.
func sameKMSName(a, b types.String) bool {
	x, errX := resname.ParseKMSKeyVersion(a.ValueString())
	y, errY := resname.ParseKMSKeyVersion(b.ValueString())
	return errX == nil && errY == nil && x == y
}

func (k *keyModel) fingerprint() string {
	return fingerprint(k.pem().ValueString(), k.algorithm().ValueString())
}

// fingerprint is "" for what is no key.
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

// resolve fills in the keys of Cloud KMS that the plan could not look up, holds the others against what Cloud KMS says, and
// remembers what they are.
func resolve(ctx context.Context, c *change) error {
	if c.Model.PublicKeys.IsUnknown() {
		return nil // the keys are not managed here
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
		if err := keys[i].resolve(ctx, c.Clients, trusted, kept); err != nil && !(ofGoogle(err) && slices.ContainsFunc(prior, keys[i].same)) {
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

// ofGoogle says whether an error is one of a call, and not of what the answers mean.
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

// learn remembers the keys of Cloud KMS that a read met for the first time, as after an import. Where Cloud KMS may not be
// read they stay unknown, and the next plan asks for them.
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

// meet looks up a version of which nothing is remembered. It reports whether there is something now.
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

// fetch gets a key from Cloud KMS, with the algorithm in Binary Authorization's spelling.
func fetch(ctx context.Context, clients *gcp.Clients, version resname.KMSKeyVersion) (pem, algorithm string, err error) {
	key, err := clients.SharedPublicKey(ctx, version)
	if err != nil {
		return "", "", err
	}
	canonical, err := attest.AlgorithmFromKMS(key.Algorithm)
	if err != nil {
		return "", "", fmt.Errorf("%w\nMake a version of the key with one of these algorithms", err)
	}
	return key.PEM, string(canonical), nil
}

func keyPath(i int) path.Path { return path.Root("public_keys").AtListIndex(i) }
