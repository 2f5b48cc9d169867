package fault

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const updatePolicy = "google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1/UpdatePolicy"

// TestOrgPolicy compares with the examples in Google's documentation.
func TestOrgPolicy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ constraint, message string }{
		"UpdatePolicy=org_policy,constraint=custom.enforce,description=Pods should be blocked.": {
			"customConstraints/custom.enforce",
			`Operation denied by org policy: ["customConstraints/custom.enforce": "Pods should be blocked."].`,
		},
		"UpdatePolicy=org_policy,constraint=constraints/container.managed.enableBinAuthz": {
			"constraints/container.managed.enableBinAuthz",
			`Operation denied by org policy: ["constraints/container.managed.enableBinAuthz": "The organization does not allow this."].`,
		},
		"UpdatePolicy=org_policy,constraint=container.managed.enableBinAuthz,description=No.": {
			"constraints/container.managed.enableBinAuthz",
			`Operation denied by org policy: ["constraints/container.managed.enableBinAuthz": "No."].`,
		},
	} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Strike(t.Context(), Target{Method: updatePolicy, Resource: "projects/p/policy", Consumer: "projects/1"})
		if status.Code(err) != codes.FailedPrecondition || status.Convert(err).Message() != want.message {
			t.Errorf("%s: %v, want %s", text, err, want.message)
		}
		info := infoOf(t, err)
		if info.GetReason() != "CUSTOM_ORG_POLICY_VIOLATION" || info.GetMetadata()["customConstraints"] != want.constraint ||
			len(info.GetMetadata()) != 1 {
			t.Errorf("%s: %v", text, info)
		}
	}
}

// TestOrgPolicyDeniesWrites: reads and deletes pass, even with a fault for every method, because no
// constraint applies to them.
func TestOrgPolicyDeniesWrites(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]bool{
		updatePolicy: true, "a.B/CreateAttestor": true, "a.B/ReplacePlatformPolicy": true,
		"a.B/SetIamPolicy": true, "a.B/BatchCreateNotes": true,
		getAttestor: false, "a.B/ListClusters": false, "a.B/DeleteCluster": false,
		"a.B/TestIamPermissions": false, "a.B/GetSettings": false,
	} {
		var s Set
		if err := s.Add(Fault{Method: "*", Kind: OrgPolicy, Constraint: "custom.enforce"}); err != nil {
			t.Fatal(err)
		}
		if _, struck := s.Take(method); struck != want {
			t.Errorf("%s: struck is %t, want %t", method, struck, want)
		}
	}
}
