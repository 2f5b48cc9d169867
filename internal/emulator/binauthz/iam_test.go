package binauthz_test

import (
	"testing"

	binaryauthorization "cloud.google.com/go/binaryauthorization/apiv1"
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/iam/apiv1/iampb"
	discovery "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestIAM(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		ctx := t.Context()
		if _, err := c.CreateAttestor(ctx, create("a", note())); err != nil {
			t.Fatal(err)
		}
		for _, resource := range []string{"projects/p/attestors/a", "projects/p/policy"} {
			empty, err := c.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{
				Resource: resource,
				Options:  &iampb.GetPolicyOptions{RequestedPolicyVersion: 3},
			})
			if err != nil || len(empty.GetBindings()) != 0 || string(empty.GetEtag()) != "\x00\x20\x01" {
				t.Fatalf("%s: %v, %v", resource, empty, err)
			}
			empty.Bindings = []*iampb.Binding{
				{Role: "roles/binaryauthorization.attestorsVerifier", Members: []string{"user:a@example.com"}},
			}
			if _, err := c.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: resource, Policy: empty}); err != nil {
				t.Fatal(err)
			}
			_, err = c.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: resource, Policy: empty})
			want(t, err, codes.Aborted, "concurrent policy changes")
			set, err := c.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{Resource: resource})
			if err != nil || len(set.GetBindings()) != 1 || set.GetVersion() != 1 {
				t.Errorf("%s: %v, %v", resource, set, err)
			}
			granted, err := c.TestIamPermissions(ctx, &iampb.TestIamPermissionsRequest{
				Resource:    resource,
				Permissions: []string{"binaryauthorization.attestors.get"},
			})
			if err != nil || len(granted.GetPermissions()) != 1 {
				t.Errorf("%s: %v, %v", resource, granted, err)
			}
		}
		missing := &iampb.TestIamPermissionsRequest{
			Resource:    "projects/p/attestors/b",
			Permissions: []string{"binaryauthorization.attestors.get"},
		}
		if granted, err := c.TestIamPermissions(ctx, missing); err != nil || len(granted.GetPermissions()) != 0 {
			t.Errorf("a missing resource: %v, %v", granted, err)
		}
		_, err := c.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{Resource: "projects/p/attestors/b"})
		want(t, err, codes.NotFound, "")
	})
}

// TestIAMEndsWithItsAttestor checks that a new attestor of the same name has no old policy.
func TestIAMEndsWithItsAttestor(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		ctx, resource := t.Context(), "projects/p/attestors/a"
		if _, err := c.CreateAttestor(ctx, create("a", note())); err != nil {
			t.Fatal(err)
		}
		p := &iampb.Policy{Bindings: []*iampb.Binding{{Role: "roles/viewer", Members: []string{"allUsers"}}}}
		if _, err := c.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: resource, Policy: p}); err != nil {
			t.Fatal(err)
		}
		if err := c.DeleteAttestor(ctx, &pb.DeleteAttestorRequest{Name: resource}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.CreateAttestor(ctx, create("a", note())); err != nil {
			t.Fatal(err)
		}
		if got, err := c.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{Resource: resource}); err != nil || len(got.GetBindings()) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestIAMDiscoveryClient(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c := discovered(t, s).Projects.Policy
	p, err := c.GetIamPolicy("projects/p/policy").OptionsRequestedPolicyVersion(3).Context(t.Context()).Do()
	if err != nil || p.Etag != "ACAB" {
		t.Fatalf("%+v, %v", p, err)
	}
	p.Version = 3
	p.Bindings = []*discovery.Binding{{
		Role: "roles/binaryauthorization.policyViewer", Members: []string{"user:a@example.com"},
		Condition: &discovery.Expr{Title: "soon over", Expression: `request.time < timestamp("2030-01-01T00:00:00Z")`},
	}}
	set, err := c.SetIamPolicy("projects/p/policy", &discovery.SetIamPolicyRequest{Policy: p}).Context(t.Context()).Do()
	if err != nil || set.Version != 3 || set.Bindings[0].Condition.Title != "soon over" {
		t.Errorf("%+v, %v", set, err)
	}
}

// TestIAMParts: only Cloud KMS has update masks and audit configurations.
func TestIAMParts(t *testing.T) {
	t.Parallel()
	both(t, emulator.Options{}, func(t *testing.T, _ *emulator.Server, c *binaryauthorization.BinauthzManagementClient) {
		mask := &fieldmaskpb.FieldMask{Paths: []string{"bindings"}}
		audits := []*iampb.AuditConfig{{Service: "allServices"}}
		for _, r := range []*iampb.SetIamPolicyRequest{
			{Policy: &iampb.Policy{}, UpdateMask: mask}, {Policy: &iampb.Policy{AuditConfigs: audits}},
		} {
			r.Resource = "projects/p/policy"
			_, err := c.SetIamPolicy(t.Context(), r)
			want(t, err, codes.InvalidArgument, "")
		}
	})
}
