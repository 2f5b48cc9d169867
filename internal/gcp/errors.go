package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2/apierror"
	"google.golang.org/api/googleapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Kind says what an error means for the caller, whatever transport it came by.
type Kind string

// The kinds of errors. What each gRPC code and REST status becomes is decided in kindOf alone.
const (
	KindNotFound        Kind = "not found"
	KindDenied          Kind = "permission denied"
	KindDisabled        Kind = "API disabled"
	KindUnauthenticated Kind = "not authenticated"
	KindExists          Kind = "already exists"
	KindConflict        Kind = "changed meanwhile"
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
	// Message is what Google said, without codes.
	Message string
	// RequestID is the id Google gave the call, if it gave one.
	RequestID string
	// Remedy is one sentence on what to do. It may be empty.
	Remedy string

	retryAfter time.Duration
	cause      error
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
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, k := range kinds {
		if e.Kind == k {
			return true
		}
	}
	return false
}

// explain turns what a client returned into an Error.
func explain(err error, m method, resource, project string) *Error {
	var already *Error
	if errors.As(err, &already) {
		if already.Method == "" {
			already.Method, already.Resource = m.name, resource
		}
		return already
	}
	e := &Error{Method: m.name, Resource: resource, Message: err.Error(), cause: err}
	code, reason := codes.Unknown, ""
	if api, ok := apierror.FromError(err); ok {
		code, reason = codeOf(api, err), api.Reason()
		e.Message = messageOf(api, err)
		details := api.Details()
		if details.RetryInfo != nil {
			e.retryAfter = details.RetryInfo.GetRetryDelay().AsDuration()
		}
		if details.RequestInfo != nil {
			e.RequestID = details.RequestInfo.GetRequestId()
		}
	} else if errors.Is(err, context.DeadlineExceeded) {
		code = codes.DeadlineExceeded
	}
	e.Kind = kindOf(code, reason, e.Message)
	e.Remedy = remedy(e.Kind, m, project)
	return e
}

// codeOf finds the gRPC code. A REST error says it in its body's "status", which tells FAILED_PRECONDITION from
// INVALID_ARGUMENT (both HTTP 400) and ABORTED from ALREADY_EXISTS (both 409).
func codeOf(api *apierror.APIError, err error) codes.Code {
	var rest *googleapi.Error
	if !errors.As(err, &rest) {
		return status.Code(err)
	}
	var body struct {
		Error struct {
			Status string `json:"status"`
			Errors []struct {
				Reason string `json:"reason"`
			} `json:"errors"`
		} `json:"error"`
	}
	var code codes.Code
	if json.Unmarshal([]byte(rest.Body), &body) == nil {
		if body.Error.Status != "" && code.UnmarshalJSON([]byte(`"`+body.Error.Status+`"`)) == nil {
			return code
		}
		for _, e := range body.Error.Errors {
			if e.Reason == "failedPrecondition" {
				return codes.FailedPrecondition
			}
		}
	}
	return fromHTTP(api.HTTPCode())
}

// fromHTTP is the mapping of https://cloud.google.com/apis/design/errors for bodies that say nothing.
func fromHTTP(code int) codes.Code {
	switch code {
	case 400:
		return codes.InvalidArgument
	case 401:
		return codes.Unauthenticated
	case 403:
		return codes.PermissionDenied
	case 404:
		return codes.NotFound
	case 409:
		return codes.Aborted
	case 429:
		return codes.ResourceExhausted
	case 504:
		return codes.DeadlineExceeded
	}
	if code >= 500 {
		return codes.Unavailable
	}
	return codes.Unknown
}

func messageOf(api *apierror.APIError, err error) string {
	var rest *googleapi.Error
	if errors.As(err, &rest) {
		return rest.Message
	}
	if s := api.GRPCStatus(); s != nil {
		return s.Message()
	}
	return err.Error()
}

func kindOf(code codes.Code, reason, message string) Kind {
	switch code {
	case codes.NotFound:
		return KindNotFound
	case codes.AlreadyExists:
		return KindExists
	case codes.PermissionDenied:
		if reason == "SERVICE_DISABLED" || reason == "accessNotConfigured" {
			return KindDisabled
		}
		return KindDenied
	case codes.Unauthenticated:
		return KindUnauthenticated
	case codes.Aborted:
		return KindConflict
	case codes.FailedPrecondition:
		if isBusy(reason, message) {
			return KindBusy
		}
		return KindConflict
	case codes.ResourceExhausted:
		if reason == "" || reason == "RATE_LIMIT_EXCEEDED" {
			return KindQuota
		}
		return KindLimit
	case codes.Unavailable, codes.DeadlineExceeded, codes.Internal, codes.Unknown, codes.Canceled:
		return KindTransient
	case codes.InvalidArgument, codes.OutOfRange:
		return KindInvalid
	default:
		return KindFailed
	}
}

// isBusy recognises a cluster that runs another operation. The reason is what GKE sends today; the texts are older ones.
// Sources: kubernetes-sigs/cluster-api-provider-gcp#1363, hashicorp/terraform-provider-google#3650 and #7638.
func isBusy(reason, message string) bool {
	return reason == "CLUSTER_ALREADY_HAS_OPERATION" ||
		strings.Contains(message, "incompatible operation") ||
		strings.Contains(message, "Please wait and try again once it is done") ||
		strings.Contains(message, "is currently being created, deleted, updated or repaired")
}
