package cloudkms

import (
	"context"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/protobuf/proto"
)

// UpdateCryptoKey changes the labels of a key or the algorithm of its next versions.
func (a *API) UpdateCryptoKey(_ context.Context, r *kmspb.UpdateCryptoKeyRequest) (*kmspb.CryptoKey, error) {
	if len(r.GetUpdateMask().GetPaths()) == 0 {
		return nil, invalid("The update_mask is required.")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	k, err := a.key(r.GetCryptoKey().GetName())
	if err != nil {
		return nil, err
	}
	changed := proto.CloneOf(k.message)
	for _, path := range r.GetUpdateMask().GetPaths() {
		if err := assign(changed, r.GetCryptoKey(), path); err != nil {
			return nil, err
		}
	}
	if err := check(changed); err != nil {
		return nil, err
	}
	k.message = changed
	return proto.CloneOf(changed), nil
}

// assign copies one mutable field of a key.
func assign(to, from *kmspb.CryptoKey, path string) error {
	switch path {
	case "labels":
		to.Labels = from.GetLabels()
	case "version_template", "version_template.algorithm":
		to.VersionTemplate.Algorithm = from.GetVersionTemplate().GetAlgorithm()
	default:
		return invalid("The field %s of a CryptoKey cannot be updated.", path)
	}
	return nil
}
