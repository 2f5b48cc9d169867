package platformpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// trustedKeys remembers what Cloud KMS has under the names of versions, which never changes.
type trustedKeys map[string]trustedKey

type trustedKey struct {
	PEM       string `json:"pem"`
	Algorithm string `json:"algorithm"`
}

const memoryOfKeys = "kms_keys"

func recallKeys(ctx context.Context, c *change) trustedKeys {
	trusted := trustedKeys{}
	c.Memory.Recall(ctx, memoryOfKeys, &trusted)
	return trusted
}

// fetch is the key of a version, with the algorithm in Binary Authorization's spelling.
func (t trustedKeys) fetch(ctx context.Context, clients *gcp.Clients, version resname.KMSKeyVersion) (trustedKey, error) {
	if key, known := t[version.String()]; known {
		return key, nil
	}
	key, err := clients.SharedPublicKey(ctx, version)
	if err != nil {
		return trustedKey{}, err
	}
	canonical, err := attest.AlgorithmFromKMS(key.Algorithm)
	if err != nil {
		return trustedKey{}, fmt.Errorf("%w\nMake a version of the key with one of these algorithms", err)
	}
	return trustedKey{key.PEM, string(canonical)}, nil
}

// planKeys plans PEM, algorithm and id of every key, as far as they can be known.
func planKeys(ctx context.Context, c *change) error {
	trusted := recallKeys(ctx, c)
	planned, err := rewrite(ctx, c.Model.GKEPolicy, root, func(key types.Object, at path.Path) (types.Object, error) {
		all := key.Attributes()
		if version, err := resname.ParseKMSKeyVersion(text(all[kmsKeyVersion])); err == nil && c.Clients.Ready() == nil {
			held, err := trusted.fetch(ctx, c.Clients, version)
			if err != nil {
				guard.KeyNotRead(c.Diags, at.AtName(kmsKeyVersion), version, err)
			} else if differs(key, held) {
				c.Diags.AddAttributeError(at.AtName(publicKeyPEM), "Two public keys in one", anotherKey(version))
			} else {
				return completeKey(ctx, key, &held)
			}
		}
		return completeKey(ctx, key, nil)
	})
	if err == nil {
		c.Model.GKEPolicy, _ = planned.(types.Object)
	}
	return err
}

// completeKey fills in what a key leaves out. held is what Cloud KMS has, nil where that is not known or there is nothing to know.
func completeKey(ctx context.Context, key types.Object, held *trustedKey) (types.Object, error) {
	all := key.Attributes()
	if all[publicKeyPEM].IsNull() || all[publicKeyPEM].IsUnknown() && held != nil {
		all[publicKeyPEM] = types.StringUnknown()
		if held != nil {
			all[publicKeyPEM] = types.StringValue(held.PEM)
		}
	}
	if all[algorithm].IsNull() || all[algorithm].IsUnknown() && held != nil {
		all[algorithm] = types.StringUnknown()
		if held != nil {
			all[algorithm] = types.StringValue(held.Algorithm)
		}
	}
	if all[keyID].IsNull() || all[keyID].IsUnknown() {
		all[keyID] = computedID(all[kmsKeyVersion], all[publicKeyPEM])
	}
	return valued(types.ObjectValue(key.AttributeTypes(ctx), all))
}

// computedID is the id that the service gives a key that has none, or that this provider gives a key of Cloud KMS.
func computedID(version, pem interface {
	IsNull() bool
	IsUnknown() bool
}) types.String {
	if v, ok := version.(types.String); ok && !v.IsNull() {
		if name, err := resname.ParseKMSKeyVersion(v.ValueString()); err == nil {
			return types.StringValue(name.KeyID())
		}
		return types.StringUnknown()
	}
	if p, ok := pem.(types.String); ok {
		if key, err := attest.ParsePKIX(p.ValueString()); err == nil {
			return types.StringValue(key.ID())
		}
	}
	return types.StringUnknown()
}

// differs says that a key is written beside its version and is another one.
func differs(key types.Object, held trustedKey) bool {
	pem, a := text(attribute(key, publicKeyPEM)), text(attribute(key, algorithm))
	return pem != "" && !attest.EqualPEM(pem, held.PEM) || a != "" && !sameAlgorithm(a, held.Algorithm)
}

func anotherKey(version resname.KMSKeyVersion) string {
	return "This is not the key that Cloud KMS has as " + version.String() + ". Remove public_key_pem and signature_algorithm, or kms_key_version."
}

// resolve fills in the keys that the plan could not look up, holds the others against what Cloud KMS says, and remembers what they are.
func resolve(ctx context.Context, c *change) error {
	trusted, kept := recallKeys(ctx, c), trustedKeys{}
	resolved, err := rewrite(ctx, c.Model.GKEPolicy, root, func(key types.Object, at path.Path) (types.Object, error) {
		name := text(attribute(key, kmsKeyVersion))
		if name == "" {
			return completeKey(ctx, key, nil)
		}
		version, err := resname.ParseKMSKeyVersion(name)
		if err != nil {
			return key, &lifecycle.AttributeError{Path: at.AtName(kmsKeyVersion), Err: err}
		}
		held, err := trusted.fetch(ctx, c.Clients, version)
		if err == nil && differs(key, held) {
			err = fmt.Errorf("%s", anotherKey(version))
		}
		if err != nil {
			return key, &lifecycle.AttributeError{Path: at.AtName(kmsKeyVersion), Err: err}
		}
		kept[version.String()] = held
		return completeKey(ctx, key, &held)
	})
	if err != nil {
		return err
	}
	c.Model.GKEPolicy, _ = resolved.(types.Object)
	c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, kept)...)
	return nil
}

// learn remembers the keys of Cloud KMS that a read met for the first time, as after an import. Where Cloud KMS may not be read they stay
// unknown, and the next plan asks for them.
func learn(ctx context.Context, c *change) {
	trusted, learnt := recallKeys(ctx, c), false
	_, err := rewrite(ctx, c.Model.GKEPolicy, root, func(key types.Object, _ path.Path) (types.Object, error) {
		version, err := resname.ParseKMSKeyVersion(text(attribute(key, kmsKeyVersion)))
		if _, known := trusted[version.String()]; err != nil || known {
			return key, nil //nolint:nilerr // a key that is kept elsewhere
		}
		if held, err := trusted.fetch(ctx, c.Clients, version); err == nil {
			trusted[version.String()], learnt = held, true
		}
		return key, nil
	})
	if err == nil && learnt {
		c.Diags.Append(c.Memory.Remember(ctx, memoryOfKeys, trusted)...)
	}
}
