package gcp

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// tokenClient is the HTTP client for token services. next is its transport.
func tokenClient(next http.RoundTripper) *http.Client {
	return newHTTPClient(&guard{next: next, reply: tokenReply})
}

// tokenReply turns an answer without a token into an Error, because Google's library reports only
// the status, sometimes without a type. A refusal is permanent; a server error is transient.
func tokenReply(response *http.Response) (*http.Response, error) {
	status, request := response.StatusCode, response.Request
	if status < http.StatusBadRequest && (request.Method != http.MethodPost || isJSON(response)) {
		return response, nil
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	_ = response.Body.Close()
	said := fmt.Sprintf("%s gave no token: %d %s", request.URL.Host, status, http.StatusText(status))
	if words := tokenWords(text); words != "" && !repeats(words, request) {
		said += ": " + words
	}
	switch {
	case status >= http.StatusInternalServerError, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return nil, &Error{Kind: KindTransient, Message: said, Remedy: remedy(KindTransient, method{}, "")}
	case status < http.StatusBadRequest:
		return nil, broken(request.URL.Host, "something else than a token")
	}
	return nil, &Error{Kind: KindUnauthenticated, Message: said, Remedy: tokenRemedy(status, request.URL.Path)}
}

func isJSON(response *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return kind == "application/json" || kind == ""
}

// tokenWords are the message of a token service: an OAuth error (RFC 6749, section 5.2) or an error
// of Google's APIs; "" for a web page.
func tokenWords(text []byte) string {
	var oauth struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(text, &oauth) == nil && oauth.Error != "" {
		return firstLine(strings.TrimSuffix(oauth.Error+": "+oauth.Description, ": "))
	}
	var api struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(text, &api) == nil {
		return firstLine(api.Error.Message)
	}
	return ""
}

// repeats reports whether words contain a secret of the request: the token to exchange.
func repeats(words string, request *http.Request) bool {
	secrets := []string{strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")}
	if request.GetBody != nil {
		if body, err := request.GetBody(); err == nil {
			text, _ := io.ReadAll(body)
			form, _ := url.ParseQuery(string(text))
			for _, name := range []string{"assertion", "subject_token", "refresh_token", "client_secret"} {
				secrets = append(secrets, form[name]...)
			}
		}
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(words, secret) {
			return true
		}
	}
	return false
}

// tokenRemedy adds the role missing for impersonation
// (https://cloud.google.com/iam/docs/service-account-permissions#token-creator-role).
func tokenRemedy(status int, path string) string {
	_, account, found := strings.Cut(path, "/serviceAccounts/")
	account, impersonates := strings.CutSuffix(account, ":generateAccessToken")
	if found && impersonates && status == http.StatusForbidden {
		return fmt.Sprintf("The role roles/iam.serviceAccountTokenCreator lets the credentials act as it: gcloud iam service-accounts "+
			"add-iam-policy-binding %s --member=MEMBER --role=roles/iam.serviceAccountTokenCreator", account)
	}
	return remedy(KindUnauthenticated, method{}, "")
}

// firstLine shortens a message to its first line.
func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	const most = 300
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}
