package gcp

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"google.golang.org/api/googleapi"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Kind is the meaning of an error for the caller, independent of the transport.
type Kind string

// The kinds of errors. Only kindOf maps gRPC codes and REST statuses to kinds.
const (
	KindNotFound        Kind = "not found"
	KindDenied          Kind = "permission denied"
	KindDisabled        Kind = "API disabled"
	KindOrgPolicy       Kind = "denied by organization policy"
	KindUnauthenticated Kind = "not authenticated"
	KindExists          Kind = "already exists"
	KindConflict        Kind = "modified concurrently"
	KindStale           Kind = "not up to date yet"
	KindState           Kind = "not possible in this state"
	KindQuota           Kind = "quota exceeded"
	KindLimit           Kind = "limit reached"
	KindBusy            Kind = "busy"
	KindTransient       Kind = "temporarily unavailable"
	KindInvalid         Kind = "invalid"
	KindTimeout         Kind = "timed out"
	KindInterrupted     Kind = "interrupted"
	KindUnconfigured    Kind = "not configured"
	KindFailed          Kind = "failed"
)

// Error is every error this package returns.
type Error struct {
	Kind Kind
	// Method is the API's method, "GetAttestor".
	Method string
	// Resource is the full name of the object.
	Resource string
	// Message is Google's message, without codes.
	Message string
	// RequestID is the id Google gave the call, if it gave one.
	RequestID string
	// Remedy is one sentence with the next step. It may be empty.
	Remedy string

	// RetryAfter is the delay requested by the server, 0 without one.
	RetryAfter time.Duration

	cause error
	// mayHaveWritten means that an earlier attempt of the call may have succeeded.
	mayHaveWritten bool
	// unsent is true if the last attempt ended before it sent a request.
	unsent bool
}

// MayHaveWritten reports whether an attempt with a lost reply may have written, although the call
// failed.
func MayHaveWritten(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.mayHaveWritten
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if e.Method != "" {
		b.WriteString(" (" + e.Method + ")")
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.cause }

// IsKind reports whether err is an Error of one of kinds.
func IsKind(err error, kinds ...Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(kinds, e.Kind)
}

// explain converts the error of a client into an Error.
func explain(err error, m method, resource, project string) *Error {
	if already, ok := errors.AsType[*Error](err); ok {
		if already.Method == "" {
			already.Method, already.Resource = m.name, resource
		}
		return already
	}
	e := &Error{Method: m.name, Resource: resource, cause: err}
	if rest, ok := errors.AsType[*googleapi.Error](err); ok {
		st, reason := statusOf(rest)
		e.take(st, reason, m)
	} else if st, ok := status.FromError(err); ok {
		e.take(st, "", m)
	} else {
		e.Kind, e.Message = kindOfTransport(err), err.Error()
	}
	e.Remedy = remedy(e.Kind, m, project)
	return e
}

// take reads Google's answer. reason is the REST reason outside of the details.
func (e *Error) take(st *status.Status, reason string, m method) {
	if e.Message = st.Message(); e.Message == "" {
		e.Message = st.Code().String()
	}
	for _, detail := range st.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			reason = d.GetReason()
		case *errdetails.RetryInfo:
			e.RetryAfter = d.GetRetryDelay().AsDuration()
		case *errdetails.RequestInfo:
			e.RequestID = d.GetRequestId()
		}
	}
	e.Kind = kindOf(st.Code(), reason, e.Message, m)
	e.takeOrgPolicy(reason)
}

// kinds are the codes with one meaning. kindOf handles codes with several meanings.
var kinds = map[codes.Code]Kind{
	codes.AlreadyExists:    KindExists,
	codes.Unauthenticated:  KindUnauthenticated,
	codes.Aborted:          KindConflict,
	codes.InvalidArgument:  KindInvalid,
	codes.OutOfRange:       KindInvalid,
	codes.DeadlineExceeded: KindTransient,
	codes.Internal:         KindTransient,
	codes.Unknown:          KindTransient,
	codes.Canceled:         KindTransient,
}

func kindOf(code codes.Code, reason, message string, m method) Kind {
	switch code {
	case codes.NotFound:
		// Every project has a policy, so the missing object is the project, or an attestor named in
		// the policy.
		return either(m == updatePolicy, KindInvalid, KindNotFound)
	case codes.PermissionDenied:
		return either(reason == "SERVICE_DISABLED" || reason == "accessNotConfigured", KindDisabled, KindDenied)
	case codes.FailedPrecondition:
		return either(isBusy(reason, message), KindBusy, kindOfPrecondition(m))
	case codes.ResourceExhausted:
		return either(reason == "" || reason == "RATE_LIMIT_EXCEEDED" || slowDown[reason], KindQuota, KindLimit)
	case codes.Unavailable:
		return either(isUntrusted(message), KindFailed, KindTransient)
	}
	return cmp.Or(kinds[code], KindFailed)
}

// kindOfPrecondition is the kind of FAILED_PRECONDITION. No source documents the code for an old
// etag in Binary Authorization, so an update may get this one. GKE documents ABORTED
// (google.container.v1.ClusterUpdate.etag), and a retry would not help. For all other methods, the
// object's state does not allow the call, for example a disabled key version
// (https://cloud.google.com/kms/docs/key-states).
func kindOfPrecondition(m method) Kind {
	switch {
	case m == updateAttestor, m == updatePolicy, m == replacePlatformPolicy, m == deletePlatformPolicy:
		return KindConflict
	case m.service == serviceContainer:
		return KindFailed
	}
	return KindState
}

func either(yes bool, one, other Kind) Kind {
	if yes {
		return one
	}
	return other
}

// isBusy recognizes the error of a cluster with another running operation. GKE sends the reason
// today; the texts are older. Sources: kubernetes-sigs/cluster-api-provider-gcp#1363,
// hashicorp/terraform-provider-google#3650 and #7638.
func isBusy(reason, message string) bool {
	return reason == "CLUSTER_ALREADY_HAS_OPERATION" ||
		strings.Contains(message, "incompatible operation") ||
		strings.Contains(message, "Please wait and try again once it is done") ||
		strings.Contains(message, "is currently being created, deleted, updated or repaired")
}
