package cloudkms

import (
	"context"
	"slices"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// switchable reports whether UpdateCryptoKeyVersion may change a version from or to state.
func switchable(state kmspb.CryptoKeyVersion_CryptoKeyVersionState) bool {
	return state == kmspb.CryptoKeyVersion_ENABLED || state == kmspb.CryptoKeyVersion_DISABLED
}

// UpdateCryptoKeyVersion enables or disables a version.
func (a *API) UpdateCryptoKeyVersion(_ context.Context, r *kmspb.UpdateCryptoKeyVersionRequest) (*kmspb.CryptoKeyVersion, error) {
	to := r.GetCryptoKeyVersion().GetState()
	switch {
	case !slices.Equal(r.GetUpdateMask().GetPaths(), []string{"state"}):
		return nil, invalid("The update_mask must be \"state\".")
	case !switchable(to):
		return nil, invalid("A CryptoKeyVersion cannot be updated to state %s.", to)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	v, _, err := a.version(r.GetCryptoKeyVersion().GetName())
	if err != nil {
		return nil, err
	}
	if !switchable(v.message.GetState()) {
		return nil, v.wrongState("cannot be updated")
	}
	v.message.State = to
	return proto.CloneOf(v.message), nil
}

// DestroyCryptoKeyVersion schedules the destruction of a version's key pair.
func (a *API) DestroyCryptoKeyVersion(_ context.Context, r *kmspb.DestroyCryptoKeyVersionRequest) (*kmspb.CryptoKeyVersion, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, k, err := a.version(r.GetName())
	if err != nil {
		return nil, err
	}
	if !switchable(v.message.GetState()) {
		return nil, v.wrongState("cannot be destroyed")
	}
	v.message.State = kmspb.CryptoKeyVersion_DESTROY_SCHEDULED
	v.message.DestroyTime = timestamppb.New(a.w.Now().AsTime().Add(k.message.GetDestroyScheduledDuration().AsDuration()))
	return proto.CloneOf(v.message), nil
}

// RestoreCryptoKeyVersion cancels a scheduled destruction; the version becomes DISABLED.
func (a *API) RestoreCryptoKeyVersion(_ context.Context, r *kmspb.RestoreCryptoKeyVersionRequest) (*kmspb.CryptoKeyVersion, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, _, err := a.version(r.GetName())
	if err != nil {
		return nil, err
	}
	if v.message.GetState() != kmspb.CryptoKeyVersion_DESTROY_SCHEDULED {
		return nil, v.wrongState("cannot be restored")
	}
	v.message.State, v.message.DestroyTime = kmspb.CryptoKeyVersion_DISABLED, nil
	return proto.CloneOf(v.message), nil
}

// settle destroys a version when its destruction is due.
func (a *API) settle(v *version) {
	m := v.message
	if m.GetState() != kmspb.CryptoKeyVersion_DESTROY_SCHEDULED || a.w.Clock().Before(m.GetDestroyTime().AsTime()) {
		return
	}
	m.State = kmspb.CryptoKeyVersion_DESTROYED
	m.DestroyTime, m.DestroyEventTime = nil, m.GetDestroyTime()
	v.pair = nil
}

// enabled returns an error if the version cannot be used.
func (v *version) enabled() error {
	if v.message.GetState() == kmspb.CryptoKeyVersion_ENABLED {
		return nil
	}
	return v.wrongState("is not enabled")
}

func (v *version) wrongState(problem string) error {
	return status.Errorf(codes.FailedPrecondition, "%s %s, current state is: %s.", v.message.GetName(), problem, v.message.GetState())
}
