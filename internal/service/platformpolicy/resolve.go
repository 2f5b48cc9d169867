package platformpolicy

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// resolve sets the keys that the plan could not look up, compares the others with Cloud KMS, and
// remembers the keys.
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
			err = errors.New(anotherKey(version))
		}
		if _, ofGoogle := errors.AsType[*gcp.Error](err); ofGoogle && keeps(ctx, c, key) {
			return completeKey(ctx, key, nil, isUnknown)
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

// learn remembers Cloud KMS keys at their first read, for example after an import. If Cloud KMS
// cannot be read, the next plan looks them up.
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
