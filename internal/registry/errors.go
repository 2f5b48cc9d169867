package registry

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// explain converts an error of the registry client. No message contains a page or a token from the
// registry.
func (d *door) explain(err error) *gcp.Error {
	if own, ok := errors.AsType[*gcp.Error](err); ok {
		return own
	}
	e := &gcp.Error{RetryAfter: d.retryAfter}
	if answer, ok := errors.AsType[*transport.Error](err); ok {
		e.Kind, e.Message = d.kindOf(answer), d.words(answer)
	} else {
		e.Kind, e.Message = d.kindOfFailure(err), firstLine(err.Error())
	}
	e.Remedy = d.remedy(e.Kind, e.Message)
	return e
}

// kindOfFailure classifies errors without an answer from the registry. A registry on the local
// machine is tried with https and http, and the error describes both.
func (d *door) kindOfFailure(err error) gcp.Kind {
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound,
		speaksNoTLS(err.Error()) && !isThisMachine(d.host),
		// go-containerregistry refuses to send credentials to the token server.
		strings.Contains(err.Error(), "www-authenticate"), strings.Contains(err.Error(), "token-server redirect"):
		return gcp.KindFailed
	}
	if isUntrusted(err.Error()) {
		return gcp.KindFailed
	}
	return gcp.KindTransient
}

// isUntrusted detects a refused certificate.
func isUntrusted(message string) bool { return strings.Contains(message, "x509: ") }

func speaksNoTLS(message string) bool {
	return strings.Contains(message, "server gave HTTP response to HTTPS client")
}

// kinds are the codes of
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes.
var kinds = map[transport.ErrorCode]gcp.Kind{
	transport.ManifestUnknownErrorCode: gcp.KindNotFound,
	transport.NameUnknownErrorCode:     gcp.KindNotFound,
	transport.BlobUnknownErrorCode:     gcp.KindNotFound,
	transport.DeniedErrorCode:          gcp.KindDenied,
	transport.UnauthorizedErrorCode:    gcp.KindUnauthenticated,
	transport.TooManyRequestsErrorCode: gcp.KindQuota,
	transport.NameInvalidErrorCode:     gcp.KindInvalid,
	transport.TagInvalidErrorCode:      gcp.KindInvalid,
}

func (d *door) kindOf(answer *transport.Error) gcp.Kind {
	kind := kindOfStatus(answer.StatusCode)
	for _, one := range answer.Errors {
		if known, ok := kinds[one.Code]; ok && answer.StatusCode < http.StatusInternalServerError {
			kind = known
		}
	}
	switch {
	case kind == gcp.KindUnauthenticated && !d.anonymous:
		return gcp.KindDenied // authenticated, but without permission
	case kind == gcp.KindQuota && d.retryAfter > imageLimit:
		return gcp.KindLimit
	}
	return kind
}

func kindOfStatus(code int) gcp.Kind {
	switch {
	case code == http.StatusUnauthorized:
		return gcp.KindUnauthenticated
	case code == http.StatusForbidden:
		return gcp.KindDenied
	case code == http.StatusNotFound:
		return gcp.KindNotFound
	case code == http.StatusTooManyRequests:
		return gcp.KindQuota
	case code == http.StatusRequestTimeout || code == 499 || code >= http.StatusInternalServerError:
		return gcp.KindTransient
	}
	return gcp.KindFailed
}

// words returns the registry's messages, or only the status for a page outside the protocol.
func (d *door) words(answer *transport.Error) string {
	var said []string
	for _, one := range answer.Errors {
		said = append(said, strings.TrimSuffix(string(one.Code)+": "+firstLine(one.Message), ": "))
	}
	status := fmt.Sprintf("%s answered %d %s", d.host, answer.StatusCode, http.StatusText(answer.StatusCode))
	if len(said) == 0 {
		return status
	}
	return status + ": " + strings.Join(said, "; ")
}

// remedy returns the remedy for a kind of error.
func (d *door) remedy(kind gcp.Kind, message string) string {
	switch kind {
	case gcp.KindNotFound:
		return "Check the repository and the tag. If the same apply pushes the image, read it afterwards (depends_on)."
	case gcp.KindDenied, gcp.KindUnauthenticated:
		return d.grant()
	case gcp.KindQuota, gcp.KindLimit:
		return "The registry limits the number of reads, above all anonymous ones: docker login " + d.host +
			", or use a mirror such as an Artifact Registry remote repository."
	case gcp.KindInvalid:
		return "Correct the reference."
	}
	switch {
	case isUntrusted(message):
		return "The certificate of " + d.host + " is not trusted here. Add the certificate of its authority to the " +
			"system, or set SSL_CERT_FILE to its file."
	case speaksNoTLS(message) && !isThisMachine(d.host):
		return "Registries must use https, except on the local machine (localhost, 127.0.0.1)."
	case kind == gcp.KindFailed:
		return "Check the name of the registry."
	}
	return "Run again. If it fails again, check the registry and the proxies."
}

// grant describes how to get permission.
func (d *door) grant() string {
	if !d.google {
		who := "The credentials of the Docker configuration have no permission"
		if d.anonymous {
			who = "The read was anonymous, because the Docker configuration has no credentials for " + d.host
		}
		if isGoogleRegistry(d.host) {
			return who + ": gcloud auth configure-docker " + d.host
		}
		return who + ": docker login " + d.host
	}
	text := fmt.Sprintf(
		"The permission %s is missing, or the repository does not exist. The role %s grants it: ", downloadArtifacts, artifactsReaderRole)
	project, rest, _ := strings.Cut(d.repository.RepositoryStr(), "/")
	if strings.Contains(project, ".") { // a domain-scoped project: example.com/project
		id, after, _ := strings.Cut(rest, "/")
		project, rest = project+":"+id, after
	}
	location, found := strings.CutSuffix(d.host, "-docker.pkg.dev")
	repo, _, _ := strings.Cut(rest, "/")
	if !found || repo == "" {
		return text + fmt.Sprintf("gcloud projects add-iam-policy-binding %s --member=MEMBER --role=%s", project, artifactsReaderRole)
	}
	return text + fmt.Sprintf(
		"gcloud artifacts repositories add-iam-policy-binding %s --project=%s --location=%s --member=MEMBER --role=%s",
		repo, project, location, artifactsReaderRole)
}

// firstLine shortens a message to one readable line.
func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	const most = 300
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}
