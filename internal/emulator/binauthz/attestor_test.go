package binauthz_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	discovery "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const testdata = "../../attest/testdata/"

func TestAttestor(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, s *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		ctx := t.Context()
		sent := note(pkix("", read(t, testdata+"p256.pem"), pb.PkixPublicKey_EC_SIGN_P256_SHA256))
		sent.Description, sent.Name, sent.Etag = "first", "anything", "anything"
		made, err := c.CreateAttestor(ctx, create("a", sent))
		if err != nil {
			t.Fatal(err)
		}
		if made.GetEtag() != "" || made.GetUpdateTime().AsTime().Nanosecond()%1000 != 0 || made.GetName() != "projects/p/attestors/a" {
			t.Errorf("created %v", made)
		}
		agent := made.GetUserOwnedGrafeasNote().GetDelegationServiceAccountEmail()
		if agent != "service-"+s.World().ProjectNumber("p")+"@gcp-sa-binaryauthorization.iam.gserviceaccount.com" {
			t.Errorf("service agent %q", agent)
		}
		there, err := c.GetAttestor(ctx, get("a"))
		if err != nil || !regexp.MustCompile(`^"[A-Za-z0-9+/]{12}"$`).MatchString(there.GetEtag()) {
			t.Fatalf("read %v, %v", there, err)
		}
		key := there.GetUserOwnedGrafeasNote().GetPublicKeys()[0]
		if !strings.HasPrefix(key.GetId(), "ni:///sha-256;") || key.GetPkixPublicKey().GetPublicKeyPem() != read(t, testdata+"p256.pem") {
			t.Errorf("key %v", key)
		}
		there.Description = ""
		if _, err := c.UpdateAttestor(ctx, &pb.UpdateAttestorRequest{Attestor: there}); err != nil {
			t.Fatal(err)
		}
		_, err = c.UpdateAttestor(ctx, &pb.UpdateAttestorRequest{Attestor: there})
		want(t, err, codes.Aborted, "etag")
		after, err := c.GetAttestor(ctx, get("a"))
		if err != nil || after.GetDescription() != "" || after.GetEtag() == there.GetEtag() {
			t.Errorf("after the update: %v, %v", after, err)
		}
		after.Etag = ""
		if _, err = c.UpdateAttestor(ctx, &pb.UpdateAttestorRequest{Attestor: after}); err != nil {
			t.Errorf("an update without etag: %v", err)
		}
		_, err = c.CreateAttestor(ctx, create("a", sent))
		if err == nil || !strings.Contains(err.Error(), "Requested entity already exists") { // the REST client takes every 409 for ABORTED
			t.Errorf("a second create: %v", err)
		}
		if err := c.DeleteAttestor(ctx, &pb.DeleteAttestorRequest{Name: "projects/p/attestors/a"}); err != nil {
			t.Fatal(err)
		}
		_, err = c.GetAttestor(ctx, get("a"))
		want(t, err, codes.NotFound, "not found")
	})
}

func TestAttestorKeyIDs(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, err := binaryauthorization.NewBinauthzManagementClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, c)
	p256 := read(t, testdata+"p256.pem")
	free := pkix("https://example.com/key", p256, pb.PkixPublicKey_ECDSA_P256_SHA256)
	free.Comment = "a free URI"
	free.GetPkixPublicKey().KeyId = free.GetId()
	sent := note(
		free,
		pkix("", p256, pb.PkixPublicKey_ECDSA_P256_SHA256),
		pkix("//cloudkms.googleapis.com/v1/projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1", p256,
			pb.PkixPublicKey_ECDSA_P256_SHA256),
		pgp("will be overwritten", read(t, testdata+"pgp_rsa.asc")))
	if _, err := c.CreateAttestor(t.Context(), create("a", sent)); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetAttestor(t.Context(), get("a"))
	if err != nil {
		t.Fatal(err)
	}
	keys := got.GetUserOwnedGrafeasNote().GetPublicKeys()
	if !proto.Equal(keys[0], free) || !regexp.MustCompile(`^ni:///sha-256;[A-Za-z0-9_-]{43}$`).MatchString(keys[1].GetId()) ||
		keys[1].GetPkixPublicKey().GetKeyId() != "" {
		t.Errorf("PKIX: %v", keys[:2])
	}
	if fingerprints := read(t, testdata+"fingerprints.txt"); !strings.Contains(fingerprints, keys[3].GetId()) ||
		len(keys[3].GetId()) != 40 {
		t.Errorf("PGP: %v", keys[3])
	}
}

// TestEveryAttestorIDCanBeUsed: an id accepted by a create is accepted by all other methods.
func TestEveryAttestorIDCanBeUsed(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		for _, id := range []string{"a", "A", "1", "a-", "a_", "_", "-", "_a", "-a", "a.b", "a~"} {
			_, err := c.CreateAttestor(t.Context(), create(id, note()))
			made := err == nil
			if len(id) == 1 && id != "_" && id != "-" && !made {
				t.Errorf("%q: %v", id, err)
			}
			there, err := c.GetAttestor(t.Context(), get(id))
			if (err == nil) != made {
				t.Errorf("%q was created: %t, but a get returns %v", id, made, err)
			}
			if !made {
				continue
			}
			if _, err := c.UpdateAttestor(t.Context(), &pb.UpdateAttestorRequest{Attestor: there}); err != nil {
				t.Errorf("%q: %v", id, err)
			}
			if err := c.DeleteAttestor(t.Context(), &pb.DeleteAttestorRequest{Name: there.GetName()}); err != nil {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestAttestorRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, err := binaryauthorization.NewBinauthzManagementClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, c)
	p256, asc := read(t, testdata+"p256.pem"), read(t, testdata+"pgp_rsa.asc")
	const ec = pb.PkixPublicKey_ECDSA_P256_SHA256
	other := pkix("https://a", p256, ec)
	other.GetPkixPublicKey().KeyId = "https://b"
	referring := func(ref string) *pb.Attestor {
		a := note()
		a.GetUserOwnedGrafeasNote().NoteReference = ref
		return a
	}
	for text, r := range map[string]*pb.CreateAttestorRequest{
		"Attestor type not set":                        create("a", &pb.Attestor{}),
		"note reference '' is not valid":               create("a", referring("")),
		"note reference 'n' is not valid":              create("a", referring("n")),
		"note reference 'projects/123/notes/n'":        create("a", referring("projects/123/notes/n")),
		"The attestor id '' is not valid":              create("", note()),
		"The attestor id 'a b' is not valid":           create("a b", note()),
		"The attestor id '_' is not valid":             create("_", note()),
		"The attestor id '-a' is not valid":            create("-a", note()),
		"The parent 'p' is not valid":                  {Parent: "p", AttestorId: "a", Attestor: note()},
		"Public key not set":                           create("a", note(&pb.AttestorPublicKey{})),
		"The PKIX public key is not valid":             create("a", note(pkix("", "no PEM", ec))),
		"The PGP public key is not valid":              create("a", note(pgp("", p256))),
		"signature algorithm of the PKIX public key":   create("a", note(pkix("", p256, 0))),
		"does not match the PKIX public key":           create("a", note(pkix("", p256, pb.PkixPublicKey_ECDSA_P384_SHA384))),
		"id 'no uri' is not a valid RFC3986 URI":       create("a", note(pkix("no uri", p256, ec))),
		"does not match the public key id 'https://a'": create("a", note(other)),
		"is used more than once":                       create("a", note(pkix("", p256, ec), pkix("", p256, ec))),
		"The public key id '":                          create("a", note(pgp("", asc), pgp("", asc))),
	} {
		_, err := c.CreateAttestor(t.Context(), r)
		want(t, err, codes.InvalidArgument, text)
	}
	if _, err := c.CreateAttestor(t.Context(), create("a", note())); err != nil {
		t.Fatal(err)
	}
	for text, a := range map[string]*pb.Attestor{
		"note reference may not be updated": referring("projects/p/notes/m"),
		"Attestor type not set":             {},
	} {
		a.Name = "projects/p/attestors/a"
		_, err := c.UpdateAttestor(t.Context(), &pb.UpdateAttestorRequest{Attestor: a})
		want(t, err, codes.InvalidArgument, text)
	}
	missing := note()
	missing.Name = "projects/p/attestors/b"
	_, err = c.UpdateAttestor(t.Context(), &pb.UpdateAttestorRequest{Attestor: missing})
	want(t, err, codes.NotFound, "")
	want(t, c.DeleteAttestor(t.Context(), &pb.DeleteAttestorRequest{Name: "projects/p/attestors/b"}), codes.NotFound, "")
}

func TestListAttestors(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{PageSize: 2}, func(t *testing.T, s *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		for i := range 5 {
			if _, err := c.CreateAttestor(t.Context(), create(fmt.Sprint("a", i), note())); err != nil {
				t.Fatal(err)
			}
		}
		var names []string
		all := c.ListAttestors(t.Context(), &pb.ListAttestorsRequest{Parent: "projects/p"})
		for {
			a, err := all.Next()
			if errors.Is(err, iterator.Done) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if a.GetEtag() == "" {
				t.Errorf("%s has no etag", a.GetName())
			}
			names = append(names, a.GetName())
		}
		calls := s.Calls()["google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1/ListAttestors"]
		if len(names) != 5 || names[4] != "projects/p/attestors/a4" || calls != 3 {
			t.Errorf("%v in %d calls", names, calls)
		}
		_, err := c.ListAttestors(t.Context(), &pb.ListAttestorsRequest{Parent: "projects/p", PageToken: "odd"}).Next()
		want(t, err, codes.InvalidArgument, "page token")
		_, err = c.ListAttestors(t.Context(), &pb.ListAttestorsRequest{Parent: "projects/q"}).Next()
		if !errors.Is(err, iterator.Done) {
			t.Errorf("another project: %v", err)
		}
	})
}

// TestDiscoveryClient uses the generated REST client. It has enums by name and its own form of
// errors.
func TestDiscoveryClient(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	attestors := discovered(t, s).Projects.Attestors
	sent := &discovery.Attestor{UserOwnedGrafeasNote: &discovery.UserOwnedGrafeasNote{
		NoteReference: "projects/p/notes/n",
		PublicKeys: []*discovery.AttestorPublicKey{{PkixPublicKey: &discovery.PkixPublicKey{
			PublicKeyPem: read(t, testdata+"rsa2048.pem"), SignatureAlgorithm: "RSA_SIGN_PSS_2048_SHA256",
		}}},
	}}
	made, err := attestors.Create("projects/p", sent).AttestorId("a").Context(t.Context()).Do()
	if err != nil {
		t.Fatal(err)
	}
	if got := made.UserOwnedGrafeasNote.PublicKeys[0].PkixPublicKey.SignatureAlgorithm; got != "RSA_PSS_2048_SHA256" {
		t.Errorf("the alias comes back as %s", got)
	}
	_, err = attestors.Get("projects/p/attestors/b").Context(t.Context()).Do()
	var e *googleapi.Error
	if !errors.As(err, &e) || e.Code != 404 || e.Message != "Requested entity was not found." {
		t.Errorf("%v", err)
	}
	part, err := attestors.Get("projects/p/attestors/a").Fields("name", "userOwnedGrafeasNote(noteReference)").Context(t.Context()).Do()
	if err != nil || part.Name == "" || part.UpdateTime != "" || part.UserOwnedGrafeasNote.NoteReference == "" ||
		part.UserOwnedGrafeasNote.PublicKeys != nil {
		t.Errorf("%+v, %v", part, err)
	}
	if _, err := attestors.Delete("projects/p/attestors/a").Context(t.Context()).Do(); err != nil {
		t.Error(err)
	}
}

func TestProjectNumberStandsForItsID(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, err := binaryauthorization.NewBinauthzManagementClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, c)
	if _, err := c.CreateAttestor(t.Context(), create("a", note())); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetAttestor(t.Context(), &pb.GetAttestorRequest{Name: "projects/" + s.World().ProjectNumber("p") + "/attestors/a"})
	if err != nil || got.GetName() != "projects/p/attestors/a" {
		t.Errorf("%v, %v", got, err)
	}
}
