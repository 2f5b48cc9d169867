package gcp

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// explain turns what the registry's client returned into an Error. No message has a registry's page or token in it.
func (d *registryDoor) explain(err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	e := &Error{retryAfter: d.retryAfter, cause: err}
	if answer, ok := errors.AsType[*transport.Error](err); ok {
		e.Kind, e.Message = d.kindOf(answer), d.words(answer)
	} else {
		e.Kind, e.Message = d.kindOfFailure(err), firstLine(err.Error())
	}
	e.Remedy = d.remedy(e.Kind, e.Message)
	return e
}

// kindOfFailure is for what is no answer of the registry. One on this machine is tried by https and by http, and the error
// tells of both.
func (d *registryDoor) kindOfFailure(err error) Kind {
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound,
		speaksNoTLS(err.Error()) && !isThisMachine(d.host),
		strings.Contains(err.Error(), "www-authenticate"), strings.Contains(err.Error(), "token-server redirect"): // go-containerregistry does not send credentials where the registry wants them
		return KindFailed
	}
	return kindOfTransport(err)
}

func speaksNoTLS(message string) bool {
	return strings.Contains(message, "server gave HTTP response to HTTPS client")
}

// registryKinds are the codes of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes.
var registryKinds = map[transport.ErrorCode]Kind{
	transport.ManifestUnknownErrorCode: KindNotFound,
	transport.NameUnknownErrorCode:     KindNotFound,
	transport.BlobUnknownErrorCode:     KindNotFound,
	transport.DeniedErrorCode:          KindDenied,
	transport.UnauthorizedErrorCode:    KindUnauthenticated,
	transport.TooManyRequestsErrorCode: KindQuota,
	transport.NameInvalidErrorCode:     KindInvalid,
	transport.TagInvalidErrorCode:      KindInvalid,
}

func (d *registryDoor) kindOf(answer *transport.Error) Kind {
	kind := registryStatus(answer.StatusCode)
	for _, one := range answer.Errors {
		if known, ok := registryKinds[one.Code]; ok && answer.StatusCode < http.StatusInternalServerError {
			kind = known
		}
	}
	switch {
	case kind == KindUnauthenticated && !d.anonymous:
		return KindDenied // somebody, but not somebody who may
	case kind == KindQuota && d.retryAfter > imageLimit:
		return KindLimit
	}
	return kind
}

func registryStatus(code int) Kind {
	switch {
	case code == http.StatusUnauthorized:
		return KindUnauthenticated
	case code == http.StatusForbidden:
		return KindDenied
	case code == http.StatusNotFound:
		return KindNotFound
	case code == http.StatusTooManyRequests:
		return KindQuota
	case code == http.StatusRequestTimeout || code == 499 || code >= http.StatusInternalServerError:
		return KindTransient
	}
	return KindFailed
}

// words are what the registry said. A page that is not of the protocol says nothing but its status.
func (d *registryDoor) words(answer *transport.Error) string {
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

// remedy is what to do.
func (d *registryDoor) remedy(kind Kind, message string) string {
	switch kind {
	case KindNotFound:
		return "Check the repository and the tag, and that the image was pushed before this is read (depends_on)."
	case KindDenied, KindUnauthenticated:
		return d.grant()
	case KindQuota, KindLimit:
		return "The registry limits how often it is asked, and anonymous readers most: docker login " + d.host + ", or read a mirror such as an Artifact Registry remote repository."
	case KindInvalid:
		return "Correct the reference."
	}
	switch {
	case isUntrusted(message):
		return "The certificate of " + d.host + " is not trusted here. Give the system its authority's certificate, or name the file in SSL_CERT_FILE."
	case speaksNoTLS(message) && !isThisMachine(d.host):
		return "Registries are read over https only, except on this machine (localhost, 127.0.0.1)."
	case kind == KindFailed:
		return "Check the name of the registry."
	}
	return "Run again. If it stays, see whether the registry and the proxies on the way to it work."
}

// grant says how to be let in.
func (d *registryDoor) grant() string {
	if !d.google {
		who := "With the credentials of the Docker configuration it is not allowed"
		if d.anonymous {
			who = "It was read anonymously, because the Docker configuration has no credentials for " + d.host
		}
		if isGoogleRegistry(d.host) {
			return who + ": gcloud auth configure-docker " + d.host
		}
		return who + ": docker login " + d.host
	}
	text := fmt.Sprintf("The permission %s is missing, or the repository does not exist. The role %s grants it: ", getManifest.permission, getManifest.role)
	project, rest, _ := strings.Cut(d.repository.RepositoryStr(), "/")
	if strings.Contains(project, ".") { // a project of a domain: example.com/project
		id, after, _ := strings.Cut(rest, "/")
		project, rest = project+":"+id, after
	}
	location, found := strings.CutSuffix(d.host, "-docker.pkg.dev")
	repo, _, _ := strings.Cut(rest, "/")
	if !found || repo == "" {
		return text + fmt.Sprintf("gcloud projects add-iam-policy-binding %s --member=MEMBER --role=%s", project, getManifest.role)
	}
	return text + fmt.Sprintf("gcloud artifacts repositories add-iam-policy-binding %s --project=%s --location=%s --member=MEMBER --role=%s", repo, project, location, getManifest.role)
}

// firstLine keeps a message to what a person reads.
func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	const most = 300
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}
