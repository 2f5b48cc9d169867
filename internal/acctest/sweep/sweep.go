// Package sweep finds and deletes objects left in a real project by acceptance tests, for example
// after an interrupt or a lost connection.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Prefix begins the name of every object created by an acceptance test in a real project.
const Prefix = "binauthz-test-"

// Leftover is an object left by a test.
type Leftover struct {
	// Name is the full name. Changed is the time of the last change, zero for a platform policy:
	// its time is not read.
	Name    string
	Changed time.Time

	remove func(ctx context.Context) error
}

// Sweeper searches one project.
type Sweeper struct {
	Clients *gcp.Clients
	Project string
	// Before excludes objects changed later: a test may be using them.
	Before time.Time
}

// Find returns the leftovers in an order suitable for deletion: attestations and attestors before
// their notes.
func (s Sweeper) Find(ctx context.Context) ([]Leftover, error) {
	var all []Leftover
	for _, find := range []func(context.Context) ([]Leftover, error){s.attestors, s.platformPolicies, s.notes} {
		found, err := find(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return slices.DeleteFunc(all, func(l Leftover) bool { return l.Changed.After(s.Before) }), nil
}

// Remove deletes leftovers. A missing object is no error, and a failed deletion does not stop the
// others.
func Remove(ctx context.Context, all []Leftover) error {
	var failures []error
	for _, l := range all {
		if err := l.remove(ctx); err != nil && !gcp.IsKind(err, gcp.KindNotFound) {
			failures = append(failures, fmt.Errorf("%s: %w", l.Name, err))
		}
	}
	return errors.Join(failures...)
}

var named = regexp.MustCompile("^" + Prefix + ".*-[0-9]+$")

// ours reports whether the short name of an object has the form of tests: the prefix, and a random
// number at the end.
func ours(name string) bool { return named.MatchString(name[strings.LastIndex(name, "/")+1:]) }

func (s Sweeper) attestors(ctx context.Context) (found []Leftover, err error) {
	all, err := s.Clients.Attestors(ctx, s.Project)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		parsed, bad := resname.ParseAttestor(name, "")
		if bad != nil || !ours(name) {
			continue
		}
		found = append(found, Leftover{name, all[name].GetUpdateTime().AsTime(), func(ctx context.Context) error {
			return s.Clients.DeleteAttestor(ctx, parsed)
		}})
	}
	return found, err
}

func (s Sweeper) platformPolicies(ctx context.Context) (found []Leftover, err error) {
	all, err := s.Clients.PlatformPolicies(ctx, s.Project)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		parsed, bad := resname.ParsePlatformPolicy(name)
		if bad != nil || !ours(name) {
			continue
		}
		found = append(found, Leftover{name, time.Time{}, func(ctx context.Context) error {
			return s.Clients.DeletePlatformPolicy(ctx, parsed, "")
		}})
	}
	return found, err
}

// notes are the notes for attestations, each after the attestations on it.
func (s Sweeper) notes(ctx context.Context) (found []Leftover, err error) {
	all, err := s.Clients.AttestationNotes(ctx, s.Project, 0)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		parsed, bad := resname.ParseNote(name, "")
		if bad != nil || !ours(name) {
			continue
		}
		changed := all[name].GetUpdateTime().AsTime()
		on, err := s.Clients.AttestationsOn(ctx, s.Project, name, 0, func(*gcp.Occurrence) bool { return true })
		if err != nil {
			return nil, err
		}
		for _, o := range on {
			found = append(found, Leftover{o.GetName(), changed, func(ctx context.Context) error {
				return s.Clients.DeleteAttestation(ctx, o.GetName())
			}})
		}
		found = append(found, Leftover{name, changed, func(ctx context.Context) error { return s.Clients.DeleteNote(ctx, parsed) }})
	}
	return found, nil
}

// Required returns the attestors of tests still required by the policy of the project. A sweep does
// not change a policy.
func (s Sweeper) Required(ctx context.Context) ([]string, error) {
	policy, err := s.Clients.Policy(ctx, s.Project)
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	add := func(attestors []string) {
		for _, name := range attestors {
			all[name] = all[name] || ours(name)
		}
	}
	add(policy.GetDefaultAdmissionRule().GetRequireAttestationsBy())
	for _, rule := range policy.GetClusterAdmissionRules() {
		add(rule.GetRequireAttestationsBy())
	}
	for _, rule := range policy.GetKubernetesNamespaceAdmissionRules() {
		add(rule.GetRequireAttestationsBy())
	}
	for _, rule := range policy.GetKubernetesServiceAccountAdmissionRules() {
		add(rule.GetRequireAttestationsBy())
	}
	for _, rule := range policy.GetIstioServiceIdentityAdmissionRules() {
		add(rule.GetRequireAttestationsBy())
	}
	maps.DeleteFunc(all, func(_ string, ofTest bool) bool { return !ofTest })
	return slices.Sorted(maps.Keys(all)), nil
}
