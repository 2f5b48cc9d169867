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

// trustedKeys remembers Cloud KMS keys by their version. They never change.
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

// fetch returns the key of a version, with the algorithm in Binary Authorization's spelling.
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
		return trustedKey{}, fmt.Errorf("%w\nCreate a key version with one of these algorithms", err)
	}
	return trustedKey{key.PEM, string(canonical)}, nil
}

// planKeys plans PEM, algorithm and id of every key, as far as they are known.
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

// lookUp returns the key in Cloud KMS; nil if it does not exist or cannot be read.
func lookUp(ctx context.Context, c *change, trusted trustedKeys, key types.Object, at path.Path) *trustedKey {
	version, err := resname.ParseKMSKeyVersion(text(attribute(key, kmsKeyVersion)))
	if err != nil || c.Clients.Ready() != nil {
		return nil
	}
	held, err := trusted.fetch(ctx, c.Clients, version)
	switch {
	case err != nil && !gcp.IsKind(err, gcp.KindDenied, gcp.KindDisabled) && keeps(ctx, c, key):
		c.Diags.AddAttributeWarning(at.AtName(kmsKeyVersion), lifecycle.About("Cloud KMS key version not compared", version.String()),
			"The plan keeps the key of public_key_pem. The provider could not compare it with Cloud KMS: "+err.Error())
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

// completeKey sets the missing values of a key: in a plan absent ones, in an apply unknown ones.
// held is the key in Cloud KMS, nil if it is unknown or not needed.
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

// computedID returns the default id of a key: the service's for PEM, this provider's for a Cloud
// KMS key.
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

// differs reports whether PEM or algorithm of a key contradict its version in Cloud KMS.
func differs(key types.Object, held trustedKey) bool {
	pem, a := text(attribute(key, publicKeyPEM)), text(attribute(key, algorithm))
	return pem != "" && !attest.EqualPEM(pem, held.PEM) || a != "" && !sameAlgorithm(a, held.Algorithm)
}

func anotherKey(version resname.KMSKeyVersion) string {
	return "This key differs from the Cloud KMS key version " + version.String() + ". " +
		"Remove public_key_pem and signature_algorithm, or kms_key_version."
}

// keeps reports whether a key has PEM and algorithm beside its version, equal to the state.
func keeps(ctx context.Context, c *change, key types.Object) (kept bool) {
	version, err := resname.ParseKMSKeyVersion(text(attribute(key, kmsKeyVersion)))
	if err != nil || c.Prior == nil {
		return false
	}
	_, _ = rewrite(ctx, c.Prior.GKEPolicy, root, func(o types.Object, _ path.Path) (types.Object, error) {
		other, err := resname.ParseKMSKeyVersion(text(attribute(o, kmsKeyVersion)))
		kept = kept || err == nil && other == version &&
			attest.EqualPEM(text(attribute(o, publicKeyPEM)), text(attribute(key, publicKeyPEM))) &&
			sameAlgorithm(text(attribute(o, algorithm)), text(attribute(key, algorithm)))
		return o, nil
	})
	return kept
}
