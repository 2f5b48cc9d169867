package iam

import (
	"encoding/hex"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// member and role are the documented forms
// (https://cloud.google.com/iam/docs/principal-identifiers, google.iam.v1.Binding).
var (
	member = regexp.MustCompile(`^(allUsers|allAuthenticatedUsers|` +
		`(user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|` +
		`deleted:(user|serviceAccount|group|principal)):.+|` +
		`(deleted:)?(principal|principalSet)://.+)$`)
	role = regexp.MustCompile(`^((projects|organizations)/[^/]+/)?roles/[A-Za-z0-9_.]+$`)
)

// check holds IAM's checks for all resources.
func check(p *iampb.Policy) error {
	if p == nil {
		return status.Error(codes.InvalidArgument, "The policy is required.")
	}
	if v := p.GetVersion(); v != 0 && v != 1 && v != 3 {
		return status.Errorf(codes.InvalidArgument, "Policy version %d is not supported: want 0, 1 or 3.", v)
	}
	for _, b := range p.GetBindings() {
		if err := checkBinding(p, b); err != nil {
			return err
		}
	}
	return nil
}

func checkBinding(p *iampb.Policy, b *iampb.Binding) error {
	if !role.MatchString(b.GetRole()) || strings.Contains(b.GetRole(), hidden) {
		return status.Errorf(codes.InvalidArgument, "Role (%s) does not exist in the resource's hierarchy.", b.GetRole())
	}
	for _, m := range b.GetMembers() {
		if !member.MatchString(m) {
			return status.Errorf(codes.InvalidArgument, "Invalid argument: member %q is of an unknown type.", m)
		}
	}
	if b.GetCondition() != nil {
		return checkCondition(p, b)
	}
	return nil
}

// checkVersion refuses to remove conditions without version 3. Only a request without etag can do
// this (the descriptions of IamPolicy.version and IamPolicy.etag).
func checkVersion(now, want *iampb.Policy) error {
	if now.GetVersion() == 3 && len(want.GetEtag()) > 0 && want.GetVersion() != 3 {
		return status.Error(codes.InvalidArgument, "A change of a policy with conditional role bindings must have version 3.")
	}
	return nil
}

func checkCondition(p *iampb.Policy, b *iampb.Binding) error {
	if p.GetVersion() != 3 {
		return status.Error(codes.InvalidArgument, "A policy with conditional role bindings must have version 3.")
	}
	if b.GetCondition().GetTitle() == "" || b.GetCondition().GetExpression() == "" {
		return status.Error(codes.InvalidArgument, "A condition needs a title and an expression.")
	}
	if basic[b.GetRole()] {
		return status.Errorf(codes.InvalidArgument, "Role %s cannot be granted with a condition.", b.GetRole())
	}
	if i := slices.IndexFunc(b.GetMembers(), func(m string) bool { return public[m] }); i >= 0 {
		return status.Errorf(codes.InvalidArgument, "Member %s cannot be in a conditional role binding.", b.GetMembers()[i])
	}
	return nil
}

// Roles and members without support for conditions. Source:
// https://cloud.google.com/iam/docs/conditions-overview#limitations.
var (
	public = map[string]bool{"allUsers": true, "allAuthenticatedUsers": true}
	basic  = map[string]bool{"roles/owner": true, "roles/editor": true, "roles/viewer": true}
)

// caseless are the kinds of members with a case-insensitive identifier.
var caseless = []string{"user", "serviceAccount", "group", "domain", "projectOwner", "projectEditor", "projectViewer"}

// lower returns a member with its identifier in lower case if the identifier is case-insensitive.
func lower(m string) string {
	kind, id, _ := strings.Cut(m, ":")
	if !slices.Contains(caseless, kind) {
		return m
	}
	return kind + ":" + strings.ToLower(id)
}

func isDeleted(m string) bool { return strings.HasPrefix(m, "deleted:") }

// identifier is a member without its kind.
func identifier(m string) string {
	_, id, _ := strings.Cut(m, ":")
	return id
}

// normalize returns the policy in IAM's stored form: bindings of the same role and condition
// joined, members once and in lower case, no empty bindings, and version 1 unless there is a
// condition.
func normalize(p *iampb.Policy, keepCase bool) *iampb.Policy {
	kept := &iampb.Policy{Version: 1, AuditConfigs: p.GetAuditConfigs()}
	for _, b := range p.GetBindings() {
		if len(b.GetMembers()) == 0 {
			continue
		}
		if b.GetCondition() != nil {
			kept.Version = 3
		}
		join(kept, b, keepCase)
	}
	return proto.CloneOf(kept)
}

func join(p *iampb.Policy, b *iampb.Binding, keepCase bool) {
	var into *iampb.Binding
	for _, have := range p.GetBindings() {
		if have.GetRole() == b.GetRole() && proto.Equal(have.GetCondition(), b.GetCondition()) {
			into = have
		}
	}
	if into == nil {
		into = &iampb.Binding{Role: b.GetRole(), Condition: b.GetCondition()}
		p.Bindings = append(p.Bindings, into)
	}
	for _, m := range b.GetMembers() {
		if !keepCase {
			m = lower(m)
		}
		if !slices.ContainsFunc(into.GetMembers(), func(have string) bool { return lower(have) == lower(m) }) {
			into.Members = append(into.Members, m)
		}
	}
}

// hidden stands between a role and a hash in place of a condition.
const hidden = "_withcond_"

func hideConditions(p *iampb.Policy) {
	p.Version = 1
	for _, b := range p.GetBindings() {
		if c := b.GetCondition(); c != nil {
			h := fnv.New64a()
			_, _ = h.Write([]byte(c.GetTitle() + "\x00" + c.GetExpression()))
			b.Role, b.Condition = b.GetRole()+hidden+hex.EncodeToString(h.Sum(nil)), nil
		}
	}
}
