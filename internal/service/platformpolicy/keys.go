package platformpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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
		return completeKey(ctx, key, lookUp(ctx, c, trusted, key, at), isNull)
	})
	if err == nil {
		c.Model.GKEPolicy, _ = planned.(types.Object)
	}
	return err
}

// lookUp is what Cloud KMS has of a key; nil if the key is not there, or the plan cannot know.
func lookUp(ctx context.Context, c *change, trusted trustedKeys, key types.Object, at path.Path) *trustedKey {
	version, err := resname.ParseKMSKeyVersion(text(attribute(key, kmsKeyVersion)))
	if err != nil || c.Clients.Ready() != nil {
		return nil
	}
	held, err := trusted.fetch(ctx, c.Clients, version)
	switch {
	case err != nil:
		guard.KeyNotRead(c.Diags, at.AtName(kmsKeyVersion), version, err)
		return nil
	case differs(key, held):
		c.Diags.AddAttributeError(at.AtName(publicKeyPEM), "Two public keys in one", anotherKey(version))
		return nil
	}
	return &held
}

// completeKey fills in what is left of a key: in a plan what is not written, in an apply what the plan did not know. held is what Cloud KMS
// has, nil where that is not known or there is nothing to know.
func completeKey(ctx context.Context, key types.Object, held *trustedKey, left func(attr.Value) bool) (types.Object, error) {
	all := key.Attributes()
	pem, named := types.StringUnknown(), types.StringUnknown()
	if held != nil {
		pem, named = types.StringValue(held.PEM), types.StringValue(held.Algorithm)
	}
	if left(all[publicKeyPEM]) {
		all[publicKeyPEM] = pem
	}
	if left(all[algorithm]) {
		all[algorithm] = named
	}
	if left(all[keyID]) {
		all[keyID] = computedID(all[kmsKeyVersion], all[publicKeyPEM])
	}
	return valued(types.ObjectValue(key.AttributeTypes(ctx), all))
}

// computedID is the id that the service gives a key that has none, or that this provider gives a key of Cloud KMS.
func computedID(version, pem attr.Value) types.String {
	if !isNull(version) {
		if name, err := resname.ParseKMSKeyVersion(text(version)); err == nil {
			return types.StringValue(name.KeyID())
		}
	} else if key, err := attest.ParsePKIX(text(pem)); err == nil {
		return types.StringValue(key.ID())
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
			return completeKey(ctx, key, nil, isUnknown)
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
		return completeKey(ctx, key, &held, isUnknown)
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
