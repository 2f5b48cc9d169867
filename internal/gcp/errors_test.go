package gcp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"cloud.google.com/go/auth"
	"google.golang.org/api/googleapi"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// grpcError is an answer of gRPC with details.
func grpcError(code codes.Code, message string, details ...protoadapt.MessageV1) error {
	st, err := status.New(code, message).WithDetails(details...)
	if err != nil {
		return err
	}
	return st.Err()
}

func reason(text string) *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Reason: text, Domain: "googleapis.com"}
}

// restError is the REST client's error for an answer.
func restError(code int, body string) error {
	return googleapi.CheckResponseWithBody(&http.Response{StatusCode: code, Header: http.Header{}}, []byte(body))
}

// oldBody is an error as GKE sends it: with the older list beside the status and the details.
func oldBody(code int, name, why, message string, details ...string) string {
	return fmt.Sprintf(`{"error":{"code":%d,"message":%q,"errors":[{"domain":"global","message":%q,"reason":%q}],"status":%q,`+
		`"details":[%s]}}`,
		code, message, message, why, name, strings.Join(details, ","))
}

func detail(kind, fields string) string {
	return `{"@type":"type.googleapis.com/google.rpc.` + kind + `",` + fields + `}`
}

const busyText = "Cluster is running incompatible operation operation-1-a."

func TestErrorsBecomeKinds(t *testing.T) {
	t.Parallel()
	const html = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
	for name, c := range map[string]struct {
		err  error
		m    method
		kind Kind
		// message has to be the whole message; remedy a part of the remedy.
		message, remedy string
	}{
		"not found": {
			grpcError(codes.NotFound, "Requested entity was not found."), getAttestor, KindNotFound, "Requested entity was not found.", "",
		},
		"exists": {grpcError(codes.AlreadyExists, "exists"), createAttestor, KindExists, "exists", ""},
		"denied": {
			grpcError(codes.PermissionDenied, "Permission denied", reason("IAM_PERMISSION_DENIED")), updateAttestor, KindDenied,
			"Permission denied", "binaryauthorization.attestors.update is missing. The role roles/binaryauthorization.attestorsEditor",
		},
		"disabled": {
			grpcError(codes.PermissionDenied, "has not been used", reason("SERVICE_DISABLED")), getNote, KindDisabled, "has not been used",
			"gcloud services enable containeranalysis.googleapis.com --project=p",
		},
		"unauthenticated": {
			grpcError(codes.Unauthenticated, "invalid credentials"), getAttestor, KindUnauthenticated, "invalid credentials",
			"gcloud auth application-default login",
		},
		"aborted":              {grpcError(codes.Aborted, "etag mismatch"), updateAttestor, KindConflict, "etag mismatch", ""},
		"old etag":             {grpcError(codes.FailedPrecondition, "etag mismatch"), updateAttestor, KindConflict, "etag mismatch", ""},
		"old etag of a policy": {grpcError(codes.FailedPrecondition, "etag mismatch"), updatePolicy, KindConflict, "etag mismatch", ""},
		"disabled key": {
			grpcError(codes.FailedPrecondition, "v is not enabled, current state is: DISABLED."), getPublicKey, KindState,
			"v is not enabled, current state is: DISABLED.", "gcloud kms keys versions enable",
		},
		"destroyed key": {
			grpcError(codes.FailedPrecondition, "v is not enabled, current state is: DESTROYED."), asymmetricSign, KindState,
			"v is not enabled, current state is: DESTROYED.", "use another",
		},
		"state of a note": {
			grpcError(codes.FailedPrecondition, "frozen"), updateNote, KindState, "frozen", "according to the service's message",
		},
		"state of a read": {
			grpcError(codes.FailedPrecondition, "frozen"), getAttestor, KindState, "frozen", "according to the service's message",
		},
		"rate": {
			grpcError(codes.ResourceExhausted, "Quota exceeded", reason("RATE_LIMIT_EXCEEDED")), getAttestor, KindQuota, "Quota exceeded",
			"quota for binaryauthorization.googleapis.com",
		},
		"rate, no info": {
			grpcError(codes.ResourceExhausted, "exhausted"), getAttestor, KindQuota, "exhausted", "Run again in a minute",
		},
		"limit": {
			grpcError(codes.ResourceExhausted, "200 attestors", reason("RESOURCE_LIMIT")), createAttestor, KindLimit, "200 attestors", "",
		},
		"unavailable": {grpcError(codes.Unavailable, "down"), getAttestor, KindTransient, "down", "status.cloud.google.com"},
		"internal": {
			grpcError(codes.Internal, "stream terminated by RST_STREAM"), getAttestor, KindTransient, "stream terminated by RST_STREAM",
			"Run again",
		},
		"unknown":         {grpcError(codes.Unknown, "eh"), getAttestor, KindTransient, "eh", ""},
		"cancelled there": {grpcError(codes.Canceled, "gone"), getAttestor, KindTransient, "gone", ""},
		"deadline":        {grpcError(codes.DeadlineExceeded, "late"), getAttestor, KindTransient, "late", ""},
		"invalid":         {grpcError(codes.InvalidArgument, "bad key"), createAttestor, KindInvalid, "bad key", ""},
		"out of range":    {grpcError(codes.OutOfRange, "page"), createAttestor, KindInvalid, "page", ""},
		"unimplemented":   {grpcError(codes.Unimplemented, "no such method"), createAttestor, KindFailed, "no such method", ""},
		"data loss":       {grpcError(codes.DataLoss, "lost"), createAttestor, KindFailed, "lost", ""},
		"no words":        {grpcError(codes.NotFound, ""), getAttestor, KindNotFound, "NotFound", ""},
		"untrusted": {
			grpcError(codes.Unavailable,
				`connection error: desc = "tls: failed to verify certificate: x509: certificate signed by unknown authority"`),
			getAttestor,
			KindFailed,
			`connection error: desc = "tls: failed to verify certificate: x509: certificate signed by unknown authority"`,
			"",
		},

		"REST not found": {
			restError(404, oldBody(404, "NOT_FOUND", "notFound", "Not found: c.")), getCluster, KindNotFound, "Not found: c.", "",
		},
		"REST denied": {
			restError(403, oldBody(403, "PERMISSION_DENIED", "forbidden", "no", detail("ErrorInfo", `"reason":"IAM_PERMISSION_DENIED"`))),
			updateCluster, KindDenied, "no", "container.clusters.update",
		},
		"REST disabled": {
			restError(403, oldBody(403, "PERMISSION_DENIED", "forbidden", "off", detail("ErrorInfo", `"reason":"SERVICE_DISABLED"`))),
			getCluster, KindDisabled, "off", "gcloud services enable container.googleapis.com --project=p",
		},
		"REST disabled, old": {
			restError(403, oldBody(403, "PERMISSION_DENIED", "accessNotConfigured", "off")), getCluster, KindDisabled, "off",
			"gcloud services enable",
		},
		"REST 401": {
			restError(401, oldBody(401, "UNAUTHENTICATED", "authError", "who")), getCluster, KindUnauthenticated, "who",
			"Renew the credentials",
		},
		"REST busy": {
			restError(400, oldBody(400, "FAILED_PRECONDITION", "failedPrecondition", "wait",
				detail("ErrorInfo", `"reason":"CLUSTER_ALREADY_HAS_OPERATION"`))),
			updateCluster,
			KindBusy,
			"wait",
			"",
		},
		"REST busy by words": {
			restError(400, oldBody(400, "FAILED_PRECONDITION", "failedPrecondition", busyText)), updateCluster, KindBusy, busyText, "",
		},
		"REST busy, no status": {
			restError(400, `{"error":{"code":400,"message":"`+busyText+`","errors":[{"reason":"failedPrecondition"}]}}`), updateCluster,
			KindBusy, busyText, "",
		},
		"REST busy, older words": {
			restError(400, oldBody(400, "FAILED_PRECONDITION", "x", "Please wait and try again once it is done.")), updateCluster, KindBusy,
			"Please wait and try again once it is done.", "",
		},
		"REST being repaired": {
			restError(400, oldBody(400, "FAILED_PRECONDITION", "x",
				"Cluster is currently being created, deleted, updated or repaired and cannot be updated.")),
			updateCluster,
			KindBusy,
			"Cluster is currently being created, deleted, updated or repaired and cannot be updated.",
			"",
		},
		"REST other precondition": {
			restError(400, oldBody(400, "FAILED_PRECONDITION", "failedPrecondition", "enable X first")), updateCluster, KindFailed,
			"enable X first", "",
		},
		"REST etag": {restError(409, oldBody(409, "ABORTED", "aborted", "etag")), updateCluster, KindConflict, "etag", ""},
		"REST exists": {
			restError(409, oldBody(409, "ALREADY_EXISTS", "alreadyExists", "there")), updateCluster, KindExists, "there", "",
		},
		"REST exists, old": {
			restError(409, `{"error":{"code":409,"message":"there","errors":[{"reason":"alreadyExists"}]}}`), updateCluster, KindExists,
			"there", "",
		},
		"REST 409 alone": {restError(409, ""), updateCluster, KindConflict, "HTTP status 409 Conflict", ""},
		"REST invalid": {
			restError(400, oldBody(400, "INVALID_ARGUMENT", "badRequest", "mode")), updateCluster, KindInvalid, "mode", "",
		},
		"REST rate": {
			restError(429, oldBody(429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "slow",
				detail("ErrorInfo", `"reason":"RATE_LIMIT_EXCEEDED"`))),
			getCluster,
			KindQuota,
			"slow",
			"raise the quota of project p",
		},
		"REST rate, old": {
			restError(403, oldBody(403, "PERMISSION_DENIED", "userRateLimitExceeded", "slow")), getCluster, KindQuota, "slow", "",
		},
		"REST limit": {
			restError(429, oldBody(429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "full",
				detail("ErrorInfo", `"reason":"RESOURCE_QUOTA"`))),
			getCluster,
			KindLimit,
			"full",
			"",
		},
		"REST unknown detail": {
			restError(429, oldBody(429, "RESOURCE_EXHAUSTED", "x", "slow", `{"@type":"type.googleapis.com/google.Nobody","a":1}`,
				detail("ErrorInfo", `"reason":"RATE_LIMIT_EXCEEDED","new":1`))),
			getCluster,
			KindQuota,
			"slow",
			"",
		},
		"REST 503":                {restError(503, ""), getCluster, KindTransient, "HTTP status 503 Service Unavailable", "Run again"},
		"REST 504":                {restError(504, ""), getCluster, KindTransient, "HTTP status 504 Gateway Timeout", ""},
		"REST proxy page":         {restError(502, html), getCluster, KindTransient, "HTTP status 502 Bad Gateway", ""},
		"REST proxy 403":          {restError(403, html), getCluster, KindDenied, "HTTP status 403 Forbidden", ""},
		"REST 501":                {restError(501, ""), getCluster, KindFailed, "HTTP status 501 Not Implemented", ""},
		"REST 413":                {restError(413, html), updateCluster, KindInvalid, "HTTP status 413 Request Entity Too Large", ""},
		"REST status of tomorrow": {restError(404, oldBody(404, "VANISHED", "x", "gone")), getCluster, KindNotFound, "gone", ""},
		"REST status with a quote": {
			restError(404, `{"error":{"code":404,"message":"gone","status":"NOT\"_FOUND"}}`), getCluster, KindNotFound, "gone", "",
		},
		"REST error of no shape": {
			restError(500, `{"error":"boom"}`), getCluster, KindTransient, "HTTP status 500 Internal Server Error", "",
		},
		"REST array": {
			restError(503, `[{"error":{"code":503,"message":"down","status":"UNAVAILABLE"}}]`), getCluster, KindTransient, "down", "",
		},

		"attempt over": {
			fmt.Errorf("Get: %w", context.DeadlineExceeded), getCluster, KindTransient, "Get: context deadline exceeded", "",
		},
		"connection reset": {
			&url.Error{Op: "Get", URL: "x", Err: syscall.ECONNRESET}, getCluster, KindTransient, `Get "x": connection reset by peer`, "",
		},
		"cut short": {io.ErrUnexpectedEOF, getCluster, KindTransient, "unexpected EOF", ""},
		"nobody trusts it": {
			&url.Error{Op: "Get", URL: "x", Err: x509.UnknownAuthorityError{}}, getCluster, KindFailed,
			`Get "x": x509: certificate signed by unknown authority`, "",
		},
		"token refused": {
			&url.Error{Op: "Get", URL: "x", Err: tokenError(400)}, getCluster, KindUnauthenticated, `Get "x": ` + tokenError(400).Error(),
			"Renew the credentials",
		},
		"token endpoint bad": {
			&url.Error{Op: "Get", URL: "x", Err: tokenError(502)}, getCluster, KindTransient, `Get "x": ` + tokenError(502).Error(), "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := explain(c.err, c.m, "projects/p/x", "p")
			if e.Kind != c.kind || e.Message != c.message || !strings.Contains(e.Remedy, c.remedy) {
				t.Errorf("kind %q, message %q, remedy %q", e.Kind, e.Message, e.Remedy)
			}
			if e.Method != c.m.name || e.Resource != "projects/p/x" || !errors.Is(e, c.err) {
				t.Errorf("lost the method, the object or the cause: %+v", e)
			}
			if strings.Contains(e.Error(), "<html") {
				t.Errorf("a proxy's page in the message: %s", e)
			}
		})
	}
}

func tokenError(code int) *auth.Error { return &auth.Error{Response: &http.Response{StatusCode: code}} }

func TestDetailsOfErrorsComeByEitherTransport(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"gRPC": grpcError(codes.ResourceExhausted, "slow", &errdetails.RequestInfo{RequestId: "req-1"},
			&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)}),
		"REST": restError(429, oldBody(429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "slow",
			detail("RequestInfo", `"requestId":"req-1"`), detail("RetryInfo", `"retryDelay":"7s"`))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := explain(err, getCluster, "c", "p")
			if e.RequestID != "req-1" || e.RetryAfter != 7*time.Second {
				t.Errorf("request id %q, retry after %s", e.RequestID, e.RetryAfter)
			}
		})
	}
}

func TestAnErrorIsExplainedOnce(t *testing.T) {
	t.Parallel()
	own := &Error{Kind: KindLimit, Message: "full"}
	e := explain(fmt.Errorf("around: %w", own), createNote, "projects/p/notes/n", "p")
	if e != own || e.Method != "CreateNote" || e.Resource != "projects/p/notes/n" {
		t.Errorf("%+v", e)
	}
	if again := explain(e, getNote, "other", "p"); again.Method != "CreateNote" || again.Resource != "projects/p/notes/n" {
		t.Errorf("explained twice: %+v", again)
	}
	if e.Error() != "limit reached (CreateNote): full" || !IsKind(fmt.Errorf("x: %w", e), KindBusy, KindLimit) || IsKind(e, KindBusy) ||
		IsKind(io.EOF, KindFailed) {
		t.Errorf("%s", e)
	}
}

func TestRemediesNameAProjectEvenWithoutOne(t *testing.T) {
	t.Parallel()
	if text := remedy(KindDisabled, getPublicKey, ""); !strings.Contains(text, "cloudkms.googleapis.com --project=PROJECT") {
		t.Error(text)
	}
}
