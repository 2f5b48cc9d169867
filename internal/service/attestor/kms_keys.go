package attestor

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

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

// hold says whether a key in the state is the one that Cloud KMS has under its version.
func (t trustedKeys) hold(k *keyModel) bool {
	want, ok := t[k.KMSKeyVersion.ValueString()]
	return ok && want == fingerprint(k.pem().ValueString(), k.algorithm().ValueString())
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

// resolve fills in the keys of Cloud KMS that the plan did not know and remembers what they are.
func resolve(ctx context.Context, c *change) error {
	keys, trusted := c.Model.keys(ctx, c.Diags), recallKeys(ctx, c.Memory)
	kept := trustedKeys{}
	for i := range keys {
		k := &keys[i]
		version := k.KMSKeyVersion.ValueString()
		if version == "" {
			continue
		}
		if k.PKIX.IsUnknown() {
			pem, algorithm, err := fetch(ctx, c.Clients, version)
			if err != nil {
				return &lifecycle.AttributeError{Path: path.Root("public_keys").AtListIndex(i).AtName("kms_key_version"), Err: err}
			}
			k.PKIX = newPKIX(pem, algorithm)
			trusted[version] = fingerprint(pem, algorithm)
		}
		kept[version] = trusted[version]
	}
	for i := range keys {
		if keys[i].ID.IsUnknown() {
			keys[i].ID = keys[i].computedID()
		}
	}
	if !c.Model.PublicKeys.IsNull() {
		c.Model.setKeys(ctx, keys, c.Diags)
	}
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, kept)...)
	return nil
}

// learn remembers the keys of Cloud KMS that a read met for the first time, as after an import. Where Cloud KMS may not be
// read they stay unknown, and the next plan asks for them.
func learn(ctx context.Context, c *change) {
	trusted, learnt := recallKeys(ctx, c.Memory), false
	for _, k := range c.Model.keys(ctx, c.Diags) {
		version := k.KMSKeyVersion.ValueString()
		if _, ok := trusted[version]; ok || version == "" {
			continue
		}
		if pem, algorithm, err := fetch(ctx, c.Clients, version); err == nil {
			trusted[version], learnt = fingerprint(pem, algorithm), true
		}
	}
	if learnt {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, trusted)...)
	}
}

// fetch gets a key from Cloud KMS, with the algorithm in Binary Authorization's spelling.
func fetch(ctx context.Context, clients *gcp.Clients, name string) (pem, algorithm string, err error) {
	version, err := resname.ParseKMSKeyVersion(name)
	if err != nil {
		return "", "", err
	}
	key, err := clients.PublicKey(ctx, version)
	if err != nil {
		return "", "", err
	}
	canonical, err := attest.AlgorithmFromKMS(key.Algorithm)
	if err != nil {
		return "", "", fmt.Errorf("%w\nMake a version of the key with one of these algorithms", err)
	}
	return key.PEM, string(canonical), nil
}
