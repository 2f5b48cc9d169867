package binauthz_test

import (
	"fmt"
	"strings"
	"testing"

	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

func rule(mode pb.AdmissionRule_EvaluationMode, attestors ...string) *pb.AdmissionRule {
	return &pb.AdmissionRule{
		EvaluationMode:        mode,
		EnforcementMode:       pb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		RequireAttestationsBy: attestors,
	}
}

func policy() *pb.Policy {
	return &pb.Policy{Name: "projects/p/policy", DefaultAdmissionRule: rule(pb.AdmissionRule_ALWAYS_ALLOW)}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		ctx := t.Context()
		first, err := c.GetPolicy(ctx, &pb.GetPolicyRequest{Name: "projects/p/policy"})
		never := policy()
		never.GlobalPolicyEvaluationMode = pb.Policy_ENABLE
		if err != nil || !proto.Equal(first, never) {
			t.Fatalf("the default policy: %v, %v", first, err)
		}
		sent := policy()
		sent.AdmissionWhitelistPatterns = []*pb.AdmissionWhitelistPattern{
			{NamePattern: "gcr.io/b/**"}, {NamePattern: "gcr.io/a@*"}, {NamePattern: "gcr.io/a/b:v1"},
		}
		sent.IstioServiceIdentityAdmissionRules = map[string]*pb.AdmissionRule{
			"spiffe://d/ns/n/sa/s": rule(pb.AdmissionRule_ALWAYS_DENY), "d/ns/n/sa/t": rule(pb.AdmissionRule_ALWAYS_ALLOW),
		}
		if reply, err := c.UpdatePolicy(ctx, &pb.UpdatePolicyRequest{Policy: sent}); err != nil || reply.GetEtag() != "" ||
			reply.GetUpdateTime() == nil {
			t.Fatalf("%v, %v", reply, err)
		}
		there, err := c.GetPolicy(ctx, &pb.GetPolicyRequest{Name: "projects/p/policy"})
		if err != nil || there.GetEtag() == "" || there.GetUpdateTime() == nil {
			t.Fatalf("%v, %v", there, err)
		}
		again := proto.CloneOf(there)
		again.Etag, again.UpdateTime = "", nil
		if !proto.Equal(again, sent) {
			t.Errorf("what was sent comes back as %v", again)
		}
		if _, err := c.UpdatePolicy(ctx, &pb.UpdatePolicyRequest{Policy: there}); err != nil {
			t.Errorf("with the current etag: %v", err)
		}
		_, err = c.UpdatePolicy(ctx, &pb.UpdatePolicyRequest{Policy: there})
		want(t, err, codes.Aborted, "etag")
	})
}

// TestNamesHaveTheProjectID: whatever names the project in a write, names in answers have its id.
func TestNamesHaveTheProjectID(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		number := world.New().ProjectNumber("p") // the emulator derives it from the id, but has not seen the id yet
		sent := policy()
		sent.Name = "projects/" + number + "/policy"
		r := create("a", note())
		r.Parent = "projects/" + number
		if _, err := c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: sent}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.CreateAttestor(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		for _, project := range []string{"p", number} {
			p, err := c.GetPolicy(t.Context(), &pb.GetPolicyRequest{Name: "projects/" + project + "/policy"})
			if err != nil || p.GetName() != "projects/p/policy" || p.GetEtag() == "" {
				t.Errorf("%s: %v, %v", project, p, err)
			}
			a, err := c.GetAttestor(t.Context(), &pb.GetAttestorRequest{Name: "projects/" + project + "/attestors/a"})
			if err != nil || a.GetName() != "projects/p/attestors/a" {
				t.Errorf("%s: %v, %v", project, a, err)
			}
			a, err = c.ListAttestors(t.Context(), &pb.ListAttestorsRequest{Parent: "projects/" + project}).Next()
			if err != nil || a.GetName() != "projects/p/attestors/a" {
				t.Errorf("list of %s: %v, %v", project, a, err)
			}
		}
		reply, err := c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: sent})
		if err != nil || reply.GetName() != "projects/p/policy" {
			t.Errorf("%v, %v", reply, err)
		}
	})
}

func TestPolicyHistory(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, err := binaryauthorization.NewBinauthzManagementClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, c)
	for _, text := range []string{"first", "second", ""} {
		p := policy()
		if p.Description = text; text == "" {
			p.DefaultAdmissionRule = nil // refused
		}
		_, _ = c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: p})
	}
	past := s.Binauthz().PolicyHistory("p")
	if len(past) != 2 || past[0].GetDescription() != "first" || past[1].GetDescription() != "second" ||
		len(s.Binauthz().PolicyHistory("q")) != 0 {
		t.Errorf("the history is %v", past)
	}
}

func TestPolicyEtagOfAnotherProjectsDefault(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		p := policy()
		p.Etag = `"TrBzUJAbC6O6"`
		_, err := c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: p})
		want(t, err, codes.Aborted, "etag")
	})
}

func TestPolicyRefusals(t *testing.T) {
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
	const known = "projects/p/attestors/a"
	long := strings.Repeat("c", 64)
	allow := map[string]*pb.AdmissionRule{}
	for i := range 201 {
		allow[fmt.Sprint("us-central1.c", i)] = rule(pb.AdmissionRule_REQUIRE_ATTESTATION, known)
	}
	one := func(key string) map[string]*pb.AdmissionRule {
		return map[string]*pb.AdmissionRule{key: rule(pb.AdmissionRule_ALWAYS_DENY)}
	}
	for text, change := range map[string]func(*pb.Policy){
		"The policy name 'p' is not valid":           func(p *pb.Policy) { p.Name = "p" },
		"The default admission rule is required":     func(p *pb.Policy) { p.DefaultAdmissionRule = nil },
		"the evaluation mode is required":            func(p *pb.Policy) { p.DefaultAdmissionRule.EvaluationMode = 0 },
		"the enforcement mode is required":           func(p *pb.Policy) { p.DefaultAdmissionRule.EnforcementMode = 0 },
		"global policy evaluation mode is not valid": func(p *pb.Policy) { p.GlobalPolicyEvaluationMode = 9 },
		"require_attestations_by must not be empty": func(p *pb.Policy) {
			p.DefaultAdmissionRule = rule(pb.AdmissionRule_REQUIRE_ATTESTATION)
		},
		"require_attestations_by must be empty": func(p *pb.Policy) {
			p.DefaultAdmissionRule = rule(pb.AdmissionRule_ALWAYS_DENY, known)
		},
		"'projects/p/attestors/b' does not exist": func(p *pb.Policy) {
			p.DefaultAdmissionRule = rule(pb.AdmissionRule_REQUIRE_ATTESTATION, "projects/p/attestors/b")
		},
		"The attestor name 'a' is not valid": func(p *pb.Policy) {
			p.DefaultAdmissionRule = rule(pb.AdmissionRule_REQUIRE_ATTESTATION, "a")
		},
		"200 times at most":                             func(p *pb.Policy) { p.ClusterAdmissionRules = allow },
		"The key 'prod' of cluster_admission_rules":     func(p *pb.Policy) { p.ClusterAdmissionRules = one("prod") },
		"of kubernetes_namespace_admission_rules":       func(p *pb.Policy) { p.KubernetesNamespaceAdmissionRules = one("a b") },
		"of kubernetes_service_account_admission_rules": func(p *pb.Policy) { p.KubernetesServiceAccountAdmissionRules = one("default") },
		"of istio_service_identity_admission_rules":     func(p *pb.Policy) { p.IstioServiceIdentityAdmissionRules = one("default") },
		"The key 'a b/ns/n/sa/s'":                       func(p *pb.Policy) { p.IstioServiceIdentityAdmissionRules = one("a b/ns/n/sa/s") },
		"The key 'us-central1." + long + "'":            func(p *pb.Policy) { p.ClusterAdmissionRules = one("us-central1." + long) },
		"two rules for the Istio service identity 'd/ns/n/sa/s'": func(p *pb.Policy) {
			p.IstioServiceIdentityAdmissionRules = map[string]*pb.AdmissionRule{
				"spiffe://d/ns/n/sa/s": rule(pb.AdmissionRule_ALWAYS_DENY), "d/ns/n/sa/s": rule(pb.AdmissionRule_ALWAYS_DENY),
			}
		},
		"'projects/p/attestors/a' is listed more than once": func(p *pb.Policy) {
			p.DefaultAdmissionRule = rule(pb.AdmissionRule_REQUIRE_ATTESTATION, known, known)
		},
		"attestors/a' is listed more than once": func(p *pb.Policy) {
			number := "projects/" + s.World().ProjectNumber("p") + "/attestors/a"
			p.DefaultAdmissionRule = rule(pb.AdmissionRule_REQUIRE_ATTESTATION, known, number)
		},
		"one kind of rules only": func(p *pb.Policy) {
			p.ClusterAdmissionRules, p.KubernetesNamespaceAdmissionRules = one("us-central1.c"), one("ns")
		},
	} {
		p := policy()
		change(p)
		_, err := c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: p})
		want(t, err, codes.InvalidArgument, text)
	}
	if p, err := c.GetPolicy(t.Context(), &pb.GetPolicyRequest{Name: "projects/p/policy"}); err != nil || p.GetEtag() != "" {
		t.Errorf("a refused update left %v, %v", p, err)
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		for pattern, ok := range map[string]bool{
			"gcr.io/a/b": true, "gcr.io/a/*": true, "gcr.io/a*": true, "gcr.io/**": true, "gcr.io/*": true,
			"gcr.io/a@sha256:" + strings.Repeat("0", 64): true, "nginx": true,
			"": false, "*": false, "gcr.i*": false, "gcr.io*": false, "*.gcr.io/a": false, "gcr.io/*/a": false,
			"gcr.io/***": false, "gcr.io/a b": false, "https://gcr.io/a": false, "gcr.io//a": false, "gcr.io/": false, "gcr.io/a/": false,
		} {
			p := policy()
			p.AdmissionWhitelistPatterns = []*pb.AdmissionWhitelistPattern{{NamePattern: pattern}}
			_, err := c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: p})
			want(t, err, map[bool]codes.Code{true: codes.OK, false: codes.InvalidArgument}[ok], "")
		}
	})
}

func TestSystemPolicy(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c, err := binaryauthorization.NewSystemPolicyClient(t.Context(), grpcOptions(s)...)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, c)
	got, err := c.GetSystemPolicy(t.Context(), &pb.GetSystemPolicyRequest{Name: "locations/us-central1/policy"})
	if err != nil || got.GetName() != "locations/us-central1/policy" || len(got.GetAdmissionWhitelistPatterns()) == 0 {
		t.Errorf("%v, %v", got, err)
	}
	rest, err := discovered(t, s).Systempolicy.GetPolicy("locations/us-central1/policy").Context(t.Context()).Do()
	if err != nil || rest.DefaultAdmissionRule.EvaluationMode != "ALWAYS_DENY" {
		t.Errorf("%v, %v", rest, err)
	}
	_, err = c.GetSystemPolicy(t.Context(), &pb.GetSystemPolicyRequest{Name: "projects/p/policy"})
	want(t, err, codes.InvalidArgument, "")
}

// TestStripSPIFFE has the keys of identities come back without their prefix. Both forms of one are
// then one rule too many.
func TestStripSPIFFE(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, s *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		s.Binauthz().StripSPIFFE = true
		sent := policy()
		sent.IstioServiceIdentityAdmissionRules = map[string]*pb.AdmissionRule{
			"spiffe://d/ns/n/sa/s": rule(pb.AdmissionRule_ALWAYS_DENY), "d/ns/n/sa/t": rule(pb.AdmissionRule_ALWAYS_ALLOW),
		}
		reply, err := c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: sent})
		if err != nil {
			t.Fatal(err)
		}
		there, err := c.GetPolicy(t.Context(), &pb.GetPolicyRequest{Name: "projects/p/policy"})
		if err != nil {
			t.Fatal(err)
		}
		for what, p := range map[string]*pb.Policy{"reply": reply, "policy": there} {
			rules := p.GetIstioServiceIdentityAdmissionRules()
			if len(rules) != 2 || rules["d/ns/n/sa/s"].GetEvaluationMode() != pb.AdmissionRule_ALWAYS_DENY || rules["d/ns/n/sa/t"] == nil {
				t.Errorf("the %s has %v", what, rules)
			}
		}
		sent.IstioServiceIdentityAdmissionRules["d/ns/n/sa/s"] = rule(pb.AdmissionRule_ALWAYS_ALLOW)
		_, err = c.UpdatePolicy(t.Context(), &pb.UpdatePolicyRequest{Policy: sent})
		want(t, err, codes.InvalidArgument, "d/ns/n/sa/s")
	})
}
