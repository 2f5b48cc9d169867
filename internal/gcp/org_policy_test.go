package gcp

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/api/googleapi"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestWhatTheOrganizationForbidsIsAKindOfItsOwn(t *testing.T) {
	t.Parallel()
	const said = `Operation denied by org policy: ["customConstraints/custom.noAlwaysAllow": "Rules must not use \"ALWAYS_ALLOW\" ` +
		`[see wiki]."].`
	const want = `custom.noAlwaysAllow: Rules must not use "ALWAYS_ALLOW" [see wiki].`
	detailed, err := status.New(codes.PermissionDenied, "no").WithDetails(&errdetails.ErrorInfo{Reason: orgPolicyReason})
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]struct {
		err  error
		want string
	}{
		"denied":       {status.Error(codes.PermissionDenied, said), want},
		"precondition": {status.Error(codes.FailedPrecondition, said), want},
		"invalid":      {status.Error(codes.InvalidArgument, said), want},
		"passing":      {status.Error(codes.Unavailable, said), want},
		"aborted":      {status.Error(codes.Aborted, said), want},
		"several": {
			status.Error(codes.FailedPrecondition,
				`Operation denied by org policy: ["customConstraints/custom.b": "B.", "customConstraints/custom.a": ""]`),
			"custom.a; custom.b: B.",
		},
		"by its reason": {detailed.Err(), "no"},
		"odd list": {
			status.Error(codes.InvalidArgument, "Operation denied by org policy: [custom]"), "Operation denied by org policy: [custom]",
		},
		"no list": {status.Error(codes.InvalidArgument, "Operation denied by org policy"), "Operation denied by org policy"},
		"REST": {
			&googleapi.Error{Code: http.StatusBadRequest, Message: said, Body: `{"error":{"code":400,"status":"FAILED_PRECONDITION"}}`},
			want,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, tries := New(Config{Pause: testPause}), 0
			_, err := run(t.Context(), c, call[int]{method: updatePolicy, project: "demo", send: func(context.Context) (int, error) {
				tries++
				return 0, k.err
			}})
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindOrgPolicy || e.Message != k.want ||
				!strings.Contains(e.Remedy, "an organization policy forbids it") || tries != 1 {
				t.Errorf("%+v after %d tries", e, tries)
			}
		})
	}
}
