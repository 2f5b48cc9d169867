package cloudkms

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// CreateCryptoKeyVersion adds a version with the next number, ENABLED unless the request says
// DISABLED.
func (a *API) CreateCryptoKeyVersion(_ context.Context, r *kmspb.CreateCryptoKeyVersionRequest) (*kmspb.CryptoKeyVersion, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, err := a.key(r.GetParent())
	if err != nil {
		return nil, err
	}
	state := r.GetCryptoKeyVersion().GetState()
	if state == kmspb.CryptoKeyVersion_CRYPTO_KEY_VERSION_STATE_UNSPECIFIED {
		state = kmspb.CryptoKeyVersion_ENABLED
	}
	if !switchable(state) {
		return nil, invalid("A CryptoKeyVersion cannot be created in state %s.", state)
	}
	return proto.CloneOf(a.addVersion(k, state).message), nil
}

func (a *API) addVersion(k *key, state kmspb.CryptoKeyVersion_CryptoKeyVersionState) *version {
	template := k.message.GetVersionTemplate()
	now := a.w.Now()
	v := &version{
		message: &kmspb.CryptoKeyVersion{
			Name:            fmt.Sprintf("%s/cryptoKeyVersions/%d", k.message.GetName(), len(k.versions)+1),
			State:           state,
			ProtectionLevel: template.GetProtectionLevel(),
			Algorithm:       template.GetAlgorithm(),
			CreateTime:      now,
			GenerateTime:    now,
		},
		pair: newPair(template.GetAlgorithm()),
	}
	k.versions = append(k.versions, v)
	return v
}

// GetCryptoKeyVersion returns one version in any state.
func (a *API) GetCryptoKeyVersion(_ context.Context, r *kmspb.GetCryptoKeyVersionRequest) (*kmspb.CryptoKeyVersion, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, _, err := a.version(r.GetName())
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(v.message), nil
}

// version finds a version and its key. It destroys the version first if that is due.
func (a *API) version(s string) (*version, *key, error) {
	name, err := a.name(keyVersion, s)
	if err != nil {
		return nil, nil, err
	}
	owner, number, _ := strings.Cut(name, "/cryptoKeyVersions/")
	n, _ := strconv.Atoi(number) // digits only, see versionForm
	k := a.keys[owner]
	if k == nil || n > len(k.versions) {
		return nil, nil, keyVersion.missing(name)
	}
	v := k.versions[n-1]
	a.settle(v)
	return v, k, nil
}

// ListCryptoKeyVersions lists the versions of a key, lowest number first.
func (a *API) ListCryptoKeyVersions(
	_ context.Context, r *kmspb.ListCryptoKeyVersionsRequest,
) (*kmspb.ListCryptoKeyVersionsResponse, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, err := a.key(r.GetParent())
	if err != nil {
		return nil, err
	}
	for _, v := range k.versions {
		a.settle(v)
	}
	all, total, err := listed(r, k.versions, func(v *version) *kmspb.CryptoKeyVersion { return v.message })
	if err != nil {
		return nil, err
	}
	page, next, err := world.Page(a.w, all, r.GetPageSize(), pageSize, r.GetPageToken())
	out := &kmspb.ListCryptoKeyVersionsResponse{NextPageToken: next, TotalSize: total}
	for _, v := range page {
		out.CryptoKeyVersions = append(out.CryptoKeyVersions, proto.CloneOf(v.message))
	}
	return out, err
}
