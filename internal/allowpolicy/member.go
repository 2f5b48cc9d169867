package allowpolicy

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Source of the forms: https://cloud.google.com/iam/docs/principal-identifiers and google.iam.v1.Binding.
const memberForms = `allUsers|allAuthenticatedUsers` +
	`|(user|serviceAccount|group):[^\s@:]+@[^\s@:]+` +
	`|serviceAccount:[^\s/\[\]]+\.svc\.id\.goog\[[^\s/\[\]]+/[^\s/\[\]]+\]` +
	`|domain:[A-Za-z0-9.-]+` +
	`|(projectOwner|projectEditor|projectViewer):[A-Za-z0-9.:-]+` +
	`|(principal|principalSet)://\S+` +
	`|deleted:((user|serviceAccount|group):[^\s@:]+@[^\s@:]+\?uid=[0-9]+|(principal|principalSet)://\S+)`

var member = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(` + memberForms + `)$`) })

// role is a predefined role or a custom one of a project or an organization.
var role = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^((projects/[^/\s]+|organizations/[0-9]+)/)?roles/[A-Za-z0-9_.]+$`)
})

// The members that stand for everybody.
const (
	AllUsers              = "allUsers"
	AllAuthenticatedUsers = "allAuthenticatedUsers"
)

// CheckMember reports why a text cannot be a member of a binding.
func CheckMember(m string) error {
	if member().MatchString(m) {
		return nil
	}
	return fmt.Errorf("%q is not a member: want user:, serviceAccount: or group: with an e-mail address, domain:, projectOwner:, projectEditor: or "+
		"projectViewer: with a project, principal:// or principalSet:// with an identifier, allUsers, or allAuthenticatedUsers", m)
}

// CheckRole reports why a text cannot be a role.
func CheckRole(r string) error {
	if role().MatchString(r) {
		return nil
	}
	return fmt.Errorf("%q is not a role: want roles/NAME, projects/PROJECT/roles/NAME or organizations/NUMBER/roles/NAME", r)
}

// caseless are the kinds of members whose identifier the service compares without case: e-mail addresses, domains, projects.
var caseless = map[string]bool{
	"user": true, "serviceAccount": true, "group": true, "domain": true, "projectOwner": true, "projectEditor": true, "projectViewer": true,
}

// Canonical is a member as the service keeps it. Two members are the same if their canonical forms are equal.
// Identifiers of principal://, principalSet:// and deleted: have a case.
func Canonical(m string) string {
	kind, id, found := strings.Cut(m, ":")
	if !found || !caseless[kind] {
		return m
	}
	return kind + ":" + strings.ToLower(id)
}

// IsPublic says that a member stands for everybody, or for everybody with a Google account.
func IsPublic(m string) bool { return m == AllUsers || m == AllAuthenticatedUsers }

// IsDeleted says that a member was deleted. It stays where it was granted a role, and cannot be granted another one.
func IsDeleted(m string) bool { return strings.HasPrefix(m, "deleted:") }

// IsServiceAgent says that a member is Binary Authorization's own account of a project. It reads attestations and policies.
// Source: https://cloud.google.com/binary-authorization/docs/multi-project-setup-cli.
func IsServiceAgent(m string) bool {
	return strings.HasPrefix(m, "serviceAccount:") && strings.HasSuffix(Canonical(m), "@gcp-sa-binaryauthorization.iam.gserviceaccount.com")
}
