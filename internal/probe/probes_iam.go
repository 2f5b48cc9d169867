package probe

import (
	"context"
	"strings"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/genproto/googleapis/type/expr"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// Harmless principals: the policies belong to objects created and deleted by probes. The domain of
// the accounts is reserved for documentation.
const (
	someone = "user:probe@example.com"
	viewer  = "roles/binaryauthorization.attestorsViewer"
)

func iamProbes() []Probe {
	return []Probe{
		{
			ID:      "IAM-ETAG-STALE",
			Unknown: "A write of an IAM policy with a stale etag is ABORTED; one without an etag succeeds.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Etag: []byte("stale")})
				t.Saw("a stale etag", nil, err)
				_, err = t.setIAM(ctx, &iampb.Policy{})
				t.Saw("no etag", nil, err)
			},
			Want: `
				a stale etag: ABORTED
				no etag: OK`,
		},
		{
			ID:      "IAM-ETAG-EMPTY",
			Unknown: "A resource without a written IAM policy has the etag ACAB.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				p, err := t.getIAM(ctx, 3)
				t.Saw("get", p, err, "etag", "version", "bindings#")
			},
			Want: `get: OK etag=ACAB version=- bindings=0`,
		},
		{
			ID:      "IAM-CONDITION-VERSION",
			Unknown: "A policy without version 3 must not have conditions.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				for _, version := range []int32{0, 1, 3} {
					_, err := t.setIAM(ctx, &iampb.Policy{Version: version, Bindings: []*iampb.Binding{conditional(viewer, public)}})
					t.Saw([]string{"version 0", "version 1", "", "version 3"}[version], nil, err)
				}
			},
			Want: `
				version 0: INVALID_ARGUMENT
				version 1: INVALID_ARGUMENT
				version 3: OK`,
		},
		{
			ID:      "IAM-CONDITION-HIDDEN",
			Unknown: "A read with a version below 3 returns roles ending in _withcond_ and a hash.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{conditional(viewer, public)}})
				t.Setup("set", err)
				p, err := t.getIAM(ctx, 1)
				t.Saw("get version 1", p, err, "version", "bindings.0.condition?")
				before, _, found := strings.Cut(p.GetBindings()[0].GetRole(), "_withcond_")
				t.Note("role", "%s %t", before, found)
			},
			Want: `
				get version 1: OK version=1 bindings.0.condition=unset
				role: roles/binaryauthorization.attestorsViewer true`,
		},
		{
			ID: "IAM-CONDITION-LOST",
			Unknown: "With an etag, a replacement of a policy with conditions must have version 3, as documented; otherwise it is " +
				"INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{conditional(viewer, public)}})
				t.Setup("set", err)
				p, err := t.getIAM(ctx, 3)
				t.Setup("get", err)
				_, err = t.setIAM(ctx, &iampb.Policy{Version: 1, Etag: p.GetEtag()})
				t.Saw("version 1", nil, err)
				_, err = t.setIAM(ctx, &iampb.Policy{Version: 1})
				t.Saw("version 1 without etag", nil, err)
			},
			Want: `
				version 1: INVALID_ARGUMENT
				version 1 without etag: OK`,
		},
		{
			ID:      "IAM-CONDITION-HASH",
			Unknown: "A role name with _withcond_ cannot be written.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(
					ctx,
					&iampb.Policy{Bindings: []*iampb.Binding{{Role: viewer + "_withcond_0123456789abcdef0123", Members: []string{public}}}},
				)
				t.Saw("set", nil, err)
			},
			Want: `set: INVALID_ARGUMENT`,
		},
		{
			ID:      "IAM-CONDITION-BASIC-ROLE",
			Unknown: "Basic roles cannot have a condition.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{conditional("roles/viewer", public)}})
				t.Saw("roles/viewer", nil, err)
			},
			Want: `roles/viewer: INVALID_ARGUMENT`,
		},
		{
			ID:      "IAM-CONDITION-EVERYBODY",
			Unknown: "Members for everybody cannot have a condition.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(
					ctx,
					&iampb.Policy{Version: 3, Bindings: []*iampb.Binding{conditional(viewer, "allAuthenticatedUsers")}},
				)
				t.Saw("allAuthenticatedUsers", nil, err)
			},
			Want: `allAuthenticatedUsers: INVALID_ARGUMENT`,
		},
		{
			ID:      "IAM-CONDITION-NOTE",
			Unknown: "An allow policy of a note takes no condition.",
			Run: func(ctx context.Context, t *Trial) {
				note := t.note(ctx, "n")
				_, err := t.Analysis.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: note, Policy: &iampb.Policy{
					Version: 3, Bindings: []*iampb.Binding{conditional("roles/containeranalysis.notes.viewer", public)},
				}})
				t.Saw("set", nil, err)
			},
			Want: `set: INVALID_ARGUMENT`,
		},
		{
			ID: "IAM-PARTS",
			Unknown: "An update mask and audit configurations are INVALID_ARGUMENT over gRPC too: the REST APIs of attestors, " +
				"policies and notes have neither.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.Attestors.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{
					Resource: t.attestorName("a"), Policy: &iampb.Policy{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"bindings"}},
				})
				t.Saw("an update mask", nil, err)
				_, err = t.setIAM(ctx, &iampb.Policy{AuditConfigs: []*iampb.AuditConfig{{
					Service:         "binaryauthorization.googleapis.com",
					AuditLogConfigs: []*iampb.AuditLogConfig{{LogType: iampb.AuditLogConfig_DATA_READ}},
				}}})
				t.Saw("audit configurations", nil, err)
				for _, c := range [][2]string{
					{"an update mask", `{"policy":{},"updateMask":"bindings"}`}, {"audit configurations", `{"policy":{"auditConfigs":[]}}`},
				} {
					_, err = t.REST(ctx, "binaryauthorization", "POST", "v1/"+t.attestorName("a")+":setIamPolicy", c[1])
					t.Saw(c[0]+" over REST", nil, err)
				}
			},
			Want: `
				an update mask: INVALID_ARGUMENT
				audit configurations: INVALID_ARGUMENT
				an update mask over REST: INVALID_ARGUMENT
				audit configurations over REST: INVALID_ARGUMENT`,
		},
		{
			ID:      "IAM-BINDING-EMPTY",
			Unknown: "Bindings without members are removed.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Bindings: []*iampb.Binding{{Role: viewer}}})
				t.Saw("set", nil, err)
				p, err := t.getIAM(ctx, 3)
				t.Saw("get", p, err, "bindings#")
			},
			Want: `
				set: OK
				get: OK bindings=0`,
		},
		{
			ID:      "IAM-MEMBER-TWICE",
			Unknown: "Duplicate members are removed, and bindings of the same role are merged.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Bindings: []*iampb.Binding{
					{Role: viewer, Members: []string{public, public}}, {Role: viewer, Members: []string{public}},
				}})
				t.Saw("set", nil, err)
				p, err := t.getIAM(ctx, 3)
				t.Saw("get", p, err, "bindings#", "bindings.0.members#")
			},
			Want: `
				set: OK
				get: OK bindings=1 bindings.0.members=1`,
		},
		{
			ID:      "IAM-MEMBER-MISSING",
			Unknown: "Members are checked for their form, not for existence.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Bindings: []*iampb.Binding{{Role: viewer, Members: []string{someone}}}})
				t.Saw("an account that does not exist", nil, err)
				_, err = t.setIAM(
					ctx,
					&iampb.Policy{Bindings: []*iampb.Binding{{Role: viewer, Members: []string{"probe@example.com"}}}},
				)
				t.Saw("a member without its kind", nil, err)
			},
			Want: `
				an account that does not exist: OK
				a member without its kind: INVALID_ARGUMENT`,
		},
		{
			ID: "IAM-MEMBER-CASE",
			Unknown: "E-mail addresses, domains and projects of members are stored in lower case; IAM.KeepCase keeps the spelling. " +
				"Both were reported.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(
					ctx,
					&iampb.Policy{Bindings: []*iampb.Binding{{Role: viewer, Members: []string{"domain:Google.com"}}}},
				)
				t.Saw("set", nil, err)
				p, err := t.getIAM(ctx, 3)
				t.Saw("get", p, err, "bindings.0.members.0")
			},
			Want: `
				set: OK
				get: OK bindings.0.members.0=domain:google.com`,
		},
		{
			ID:      "IAM-MEMBER-DELETED",
			Unknown: "An existing deleted: member is kept, and a new one is refused.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(
					ctx,
					&iampb.Policy{
						Bindings: []*iampb.Binding{
							{Role: viewer, Members: []string{"deleted:" + someone + "?uid=123456789012345678901"}},
						},
					},
				)
				t.Saw("set", nil, err)
			},
			Want: `set: INVALID_ARGUMENT`,
		},
		{
			ID:      "IAM-ROLE-MISSING",
			Unknown: "Roles are checked for their form, not for existence.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.setIAM(
					ctx,
					&iampb.Policy{Bindings: []*iampb.Binding{{Role: "roles/binaryauthorization.nothing", Members: []string{public}}}},
				)
				t.Saw("a role that does not exist", nil, err)
				_, err = t.setIAM(ctx, &iampb.Policy{Bindings: []*iampb.Binding{{Role: "nothing", Members: []string{public}}}})
				t.Saw("a role without its form", nil, err)
			},
			Want: `
				a role that does not exist: OK
				a role without its form: INVALID_ARGUMENT`,
		},
		{
			ID:      "IAM-DELETED-RESOURCE",
			Unknown: "A deleted and recreated attestor does not keep its IAM policy.",
			Run: func(ctx context.Context, t *Trial) {
				a := t.attestor(ctx)
				_, err := t.setIAM(ctx, &iampb.Policy{Bindings: []*iampb.Binding{{Role: viewer, Members: []string{public}}}})
				t.Setup("set", err)
				t.Setup("delete", t.deleteAttestor(ctx, "a"))
				_, err = t.createAttestor(ctx, "a", attestorOn(a.GetUserOwnedGrafeasNote().GetNoteReference()))
				t.Setup("create", err)
				p, err := t.getIAM(ctx, 3)
				t.Saw("get", p, err, "bindings#")
			},
			Want: `get: OK bindings=0`,
		},
		{
			ID:      "IAM-TEST-WILDCARD",
			Unknown: "A test of a permission with a wildcard is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.REST(
					ctx,
					"binaryauthorization",
					"POST",
					"v1/"+t.attestorName("a")+":testIamPermissions",
					`{"permissions":["binaryauthorization.*"]}`,
				)
				t.Saw("test", nil, err)
			},
			Want: `test: INVALID_ARGUMENT`,
		},
	}
}

// public is an existing member that can have a condition.
const public = "domain:google.com"

func conditional(role, member string) *iampb.Binding {
	return &iampb.Binding{Role: role, Members: []string{member}, Condition: &expr.Expr{Title: "probe", Expression: "false"}}
}

// setIAM writes the IAM policy of the attestor "a" of this trial.
func (t *Trial) setIAM(ctx context.Context, p *iampb.Policy) (*iampb.Policy, error) {
	return t.Attestors.SetIamPolicy(ctx, &iampb.SetIamPolicyRequest{Resource: t.attestorName("a"), Policy: p})
}

func (t *Trial) getIAM(ctx context.Context, version int32) (*iampb.Policy, error) {
	return t.Attestors.GetIamPolicy(ctx, &iampb.GetIamPolicyRequest{
		Resource: t.attestorName("a"), Options: &iampb.GetPolicyOptions{RequestedPolicyVersion: version},
	})
}
