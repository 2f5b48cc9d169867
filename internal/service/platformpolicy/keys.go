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
	case err != nil && !gcp.IsKind(err, gcp.KindDenied, gcp.KindDisabled) && keeps(ctx, c, key):
		c.Diags.AddAttributeWarning(at.AtName(kmsKeyVersion), lifecycle.About("Cloud KMS key version not compared", version.String()),
			"The key stays as public_key_pem has it. Cloud KMS does not show whether it is that version's: "+err.Error())
		return nil
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
	return "This is not the key that Cloud KMS has as " + version.String() + ". Remove public_key_pem and signature_algorithm, or " +
		"kms_key_version."
}

// keeps says that a key is written in PEM beside its version, and is what the state has under that version.
func keeps(ctx context.Context, c *change, key types.Object) (kept bool) {
	version, err := resname.ParseKMSKeyVersion(text(attribute(key, kmsKeyVersion)))
	if err != nil || c.Prior == nil {
		return false
	}
	_, _ = rewrite(ctx, c.Prior.GKEPolicy, root, func(o types.Object, _ path.Path) (types.Object, error) {
		other, err := resname.ParseKMSKeyVersion(text(attribute(o, kmsKeyVersion)))
		kept = kept || err == nil && other == version && attest.EqualPEM(text(attribute(o, publicKeyPEM)), text(attribute(key, publicKeyPEM))) &&
			sameAlgorithm(text(attribute(o, algorithm)), text(attribute(key, algorithm)))
		return o, nil
	})
	return kept
}
