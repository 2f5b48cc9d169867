package cloudkms

import (
	"context"
	"time"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

const destroyDelay = 30 * 24 * time.Hour // default of CryptoKey.destroy_scheduled_duration

// CreateCryptoKey adds a key and, unless the request skips it, its version 1.
func (a *API) CreateCryptoKey(_ context.Context, r *kmspb.CreateCryptoKeyRequest) (*kmspb.CryptoKey, error) {
	parent, err := a.name(ring, r.GetParent())
	if err != nil {
		return nil, err
	}
	name, err := a.name(cryptoKey, parent+"/cryptoKeys/"+r.GetCryptoKeyId())
	if err != nil {
		return nil, err
	}
	if err := check(r.GetCryptoKey()); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rings[parent] == nil {
		return nil, ring.missing(parent)
	}
	return a.addKey(name, r.GetCryptoKey(), !r.GetSkipInitialVersionCreation())
}

// check refuses the requests refused by the service, and the algorithms without an emulated key
// pair.
func check(k *kmspb.CryptoKey) error {
	algorithm := k.GetVersionTemplate().GetAlgorithm()
	_, known := algorithms[algorithm]
	switch {
	case k.GetPurpose() == kmspb.CryptoKey_CRYPTO_KEY_PURPOSE_UNSPECIFIED:
		return invalid("CryptoKey.purpose is required.")
	case k.GetPurpose() != kmspb.CryptoKey_ASYMMETRIC_SIGN && known:
		return invalid("Algorithm %s is not valid for keys with purpose %s.", algorithm, k.GetPurpose())
	case k.GetPurpose() != kmspb.CryptoKey_ASYMMETRIC_SIGN:
		return status.Errorf(codes.Unimplemented, "The emulator has no keys with purpose %s.", k.GetPurpose())
	case algorithm == kmspb.CryptoKeyVersion_CRYPTO_KEY_VERSION_ALGORITHM_UNSPECIFIED:
		return invalid("CryptoKey.version_template.algorithm is required.")
	case !known:
		return status.Errorf(codes.Unimplemented, "The emulator has no keys with algorithm %s.", algorithm)
	case k.GetVersionTemplate().GetProtectionLevel() > kmspb.ProtectionLevel_SOFTWARE:
		return status.Errorf(codes.Unimplemented, "The emulator has no keys with protection level %s.",
			k.GetVersionTemplate().GetProtectionLevel())
	case k.GetNextRotationTime() != nil || k.GetRotationSchedule() != nil:
		return invalid("Automatic rotation is not supported for keys with purpose ASYMMETRIC_SIGN.")
	}
	return nil
}

func (a *API) addKey(name string, sent *kmspb.CryptoKey, withVersion bool) (*kmspb.CryptoKey, error) {
	if a.keys[name] != nil {
		return nil, cryptoKey.taken(name)
	}
	k := &key{message: &kmspb.CryptoKey{
		Name: name, Purpose: sent.GetPurpose(), CreateTime: a.w.Now(), Labels: sent.GetLabels(),
		VersionTemplate: &kmspb.CryptoKeyVersionTemplate{
			ProtectionLevel: kmspb.ProtectionLevel_SOFTWARE, Algorithm: sent.GetVersionTemplate().GetAlgorithm(),
		},
		DestroyScheduledDuration: sent.GetDestroyScheduledDuration(),
	}}
	if k.message.DestroyScheduledDuration == nil {
		k.message.DestroyScheduledDuration = durationpb.New(destroyDelay)
	}
	if withVersion {
		a.addVersion(k, kmspb.CryptoKeyVersion_ENABLED)
	}
	a.keys[name] = k
	return proto.CloneOf(k.message), nil
}

// GetCryptoKey returns one key.
func (a *API) GetCryptoKey(_ context.Context, r *kmspb.GetCryptoKeyRequest) (*kmspb.CryptoKey, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, err := a.key(r.GetName())
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(k.message), nil
}

func (a *API) key(s string) (*key, error) {
	name, err := a.name(cryptoKey, s)
	if err != nil {
		return nil, err
	}
	if a.keys[name] == nil {
		return nil, cryptoKey.missing(name)
	}
	return a.keys[name], nil
}

// ListCryptoKeys lists the keys of a key ring.
func (a *API) ListCryptoKeys(_ context.Context, r *kmspb.ListCryptoKeysRequest) (*kmspb.ListCryptoKeysResponse, error) {
	parent, err := a.name(ring, r.GetParent())
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rings[parent] == nil {
		return nil, ring.missing(parent)
	}
	existing := children(a.keys, parent+"/cryptoKeys/", func(k *key) string { return k.message.GetName() })
	all, total, err := listed(r, existing, func(k *key) *kmspb.CryptoKey { return k.message })
	if err != nil {
		return nil, err
	}
	page, next, err := world.Page(a.w, all, r.GetPageSize(), pageSize, r.GetPageToken())
	out := &kmspb.ListCryptoKeysResponse{NextPageToken: next, TotalSize: total}
	for _, k := range page {
		out.CryptoKeys = append(out.CryptoKeys, proto.CloneOf(k.message))
	}
	return out, err
}
