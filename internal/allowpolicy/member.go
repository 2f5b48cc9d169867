package allowpolicy

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Source of the forms: https://cloud.google.com/iam/docs/principal-identifiers and
// google.iam.v1.Binding.
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

// The members for everybody.
const (
	AllUsers              = "allUsers"
	AllAuthenticatedUsers = "allAuthenticatedUsers"
)

// CheckMember returns an error if a text cannot be a member of a binding.
func CheckMember(m string) error {
	if member().MatchString(m) {
		return nil
	}
	return fmt.Errorf(
		"%q is not a member: want user:, serviceAccount: or group: with an e-mail address, domain:, projectOwner:, "+
			"projectEditor: or projectViewer: with a project, principal:// or principalSet:// with an identifier, "+
			"allUsers, or allAuthenticatedUsers", m)
}

// CheckRole returns an error if a text cannot be a role.
func CheckRole(r string) error {
	if role().MatchString(r) {
		return nil
	}
	return fmt.Errorf("%q is not a role: want roles/NAME, projects/PROJECT/roles/NAME or organizations/NUMBER/roles/NAME", r)
}

// caseless are the kinds of members compared without case: e-mail addresses, domains, projects.
var caseless = map[string]bool{
	"user": true, "serviceAccount": true, "group": true, "domain": true, "projectOwner": true, "projectEditor": true, "projectViewer": true,
}

// Canonical returns a member as stored by the service. Two members are the same if their canonical
// forms are equal. Identifiers of principal://, principalSet:// and deleted: are case-sensitive.
func Canonical(m string) string {
	kind, id, found := strings.Cut(m, ":")
	if !found || !caseless[kind] {
		return m
	}
	return kind + ":" + strings.ToLower(id)
}

// IsPublic reports whether a member means everybody, or everybody with a Google account.
func IsPublic(m string) bool { return m == AllUsers || m == AllAuthenticatedUsers }

// IsDeleted reports whether a member was deleted. It keeps its grants, and cannot get another role.
func IsDeleted(m string) bool { return strings.HasPrefix(m, "deleted:") }

// IsServiceAgent reports whether a member is Binary Authorization's service agent of a project. It
// reads attestations and policies. Source:
// https://cloud.google.com/binary-authorization/docs/multi-project-setup-cli.
func IsServiceAgent(m string) bool {
	return strings.HasPrefix(m, "serviceAccount:") && strings.HasSuffix(Canonical(m), "@gcp-sa-binaryauthorization.iam.gserviceaccount.com")
}
