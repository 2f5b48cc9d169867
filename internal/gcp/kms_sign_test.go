package gcp

import (
	"context"
	"net"
	"testing"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc"
)

// damagedKMS returns damaged signatures the given number of times.
type damagedKMS struct {
	kmspb.UnimplementedKeyManagementServiceServer
	damage func(*kmspb.AsymmetricSignResponse)
	times  int
	asked  []*kmspb.AsymmetricSignRequest
}

func (d *damagedKMS) AsymmetricSign(_ context.Context, r *kmspb.AsymmetricSignRequest) (*kmspb.AsymmetricSignResponse, error) {
	signature := []byte("signature")
	reply := &kmspb.AsymmetricSignResponse{
		Name: r.GetName(), Signature: signature, SignatureCrc32C: checksum(signature),
		VerifiedDigestCrc32C: r.GetDigest() != nil, VerifiedDataCrc32C: r.GetDigest() == nil,
	}
	d.asked = append(d.asked, r)
	if len(d.asked) <= d.times {
		d.damage(reply)
	}
	return reply, nil
}

func serveKMS(t *testing.T, kms *damagedKMS) *Clients {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	kmspb.RegisterKeyManagementServiceServer(server, kms)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	c := New(Config{Project: "demo", EmulatorHost: listener.Addr().String(), Pause: testPause})
	t.Cleanup(func() {
		hangUp(c)
		server.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestADamagedSignatureIsMadeAgain(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(*kmspb.AsymmetricSignResponse){
		"signature":           func(r *kmspb.AsymmetricSignResponse) { r.Signature = []byte("signaturf") },
		"no checksum":         func(r *kmspb.AsymmetricSignResponse) { r.SignatureCrc32C = nil },
		"another key":         func(r *kmspb.AsymmetricSignResponse) { r.Name += "1" },
		"digest not verified": func(r *kmspb.AsymmetricSignResponse) { r.VerifiedDigestCrc32C, r.VerifiedDataCrc32C = false, false },
	} {
		for _, algorithm := range []string{"EC_SIGN_P256_SHA256", "EC_SIGN_P384_SHA384", "RSA_SIGN_PSS_4096_SHA512", "PQ_SIGN_ML_DSA_65"} {
			kms := &damagedKMS{damage: damage, times: damagedTries - 1}
			signature, err := serveKMS(t, kms).Sign(t.Context(), aKeyVersion, algorithm, []byte("x"))
			if err != nil || string(signature) != "signature" || len(kms.asked) != damagedTries {
				t.Errorf("%s, %s: %q after %d tries, %v", name, algorithm, signature, len(kms.asked), err)
			}
		}
		kms := &damagedKMS{damage: damage, times: 1000}
		_, err := serveKMS(t, kms).Sign(t.Context(), aKeyVersion, "EC_SIGN_P256_SHA256", []byte("x"))
		expectKind(t, err, KindFailed)
		if len(kms.asked) != damagedTries {
			t.Errorf("%s: %d tries", name, len(kms.asked))
		}
	}
}
