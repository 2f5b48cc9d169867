package gke

import (
	"regexp"
	"slices"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	unspecified = "EVALUATION_MODE_UNSPECIFIED"
	disabled    = "DISABLED"
	enforce     = "PROJECT_SINGLETON_POLICY_ENFORCE"
	maxBindings = 10 // https://cloud.google.com/binary-authorization/quotas
)

// modes are the evaluation modes of v1beta1 in the order of their enum numbers. v1 publishes the
// first three.
var modes = []string{unspecified, disabled, enforce, "POLICY_BINDINGS", "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"}

var binding = regexp.MustCompile(`^projects/[^/]+/platforms/gke/policies/[a-zA-Z0-9_-]+$`)

// setting is a cluster's BinaryAuthorization message; nil was never sent. Forms with the same
// meaning, such as no message, an empty one and DISABLED, stay separate because the API returns the
// message as sent.
type setting struct {
	enabled  bool
	mode     string
	bindings []string
}

// newSetting applies the API's rule for the deprecated field enabled: it counts only without an
// evaluation mode.
func newSetting(enabled bool, mode string, bindings []string) (*setting, error) {
	if mode == "" {
		mode = unspecified
	}
	s := &setting{enabled: enabled && mode == unspecified, mode: mode, bindings: bindings}
	if s.enabled {
		s.mode = enforce
	}
	return s, s.check()
}

func (s *setting) check() error {
	number := slices.Index(modes, s.mode)
	switch {
	case number < 0:
		return status.Errorf(codes.InvalidArgument, "Invalid value for evaluation_mode: %q.", s.mode)
	case len(s.bindings) > maxBindings:
		return status.Errorf(codes.InvalidArgument, "A cluster can have at most %d policy bindings.", maxBindings)
	case len(s.bindings) == 0 && number > 2:
		return status.Errorf(codes.InvalidArgument, "Evaluation mode %s needs policy bindings.", s.mode)
	case len(s.bindings) > 0 && number <= 2:
		return status.Errorf(codes.InvalidArgument, "Evaluation mode %s cannot have policy bindings.", s.mode)
	}
	return checkNames(s.bindings)
}

func checkNames(bindings []string) error {
	for _, b := range bindings {
		if !binding.MatchString(b) {
			return status.Errorf(codes.InvalidArgument, "Invalid policy binding %q: want projects/*/platforms/gke/policies/*.", b)
		}
	}
	return nil
}

// effective is the mode in effect for images.
func (s *setting) effective() string {
	if s == nil || s.mode == unspecified {
		return disabled
	}
	return s.mode
}

// checkDistinct refuses a duplicate policy, even with the project id in one binding and the number
// in the other.
func (a *API) checkDistinct(s *setting) error {
	seen := map[string]bool{}
	for _, b := range bindingsOf(s) {
		if b = a.numbered(b); seen[b] {
			return status.Errorf(codes.InvalidArgument, "Policy binding %s is given twice.", b)
		}
		seen[b] = true
	}
	return nil
}

// read returns the bindings in the form of the API's answers.
func (a *API) read(bindings []string) []string {
	if !a.NormalizeBindings {
		return slices.Clone(bindings)
	}
	var numbered []string
	for _, b := range bindings {
		numbered = append(numbered, a.numbered(b))
	}
	return numbered
}

func (a *API) numbered(name string) string {
	parts := strings.SplitN(name, "/", 3)
	return "projects/" + a.w.ProjectNumber(parts[1]) + "/" + parts[2]
}

// settingFromV1 reads the message of v1. v1 has no bindings, so modes with bindings are refused.
func settingFromV1(m *containerpb.BinaryAuthorization) (*setting, error) {
	if m == nil {
		return nil, nil
	}
	if n := m.GetEvaluationMode(); n < 0 || n > 2 {
		return nil, status.Errorf(codes.InvalidArgument, "Invalid value for evaluation_mode: %d.", n)
	}
	return newSetting(m.GetEnabled(), modes[m.GetEvaluationMode()], nil)
}

// shown is the mode in the API's answers.
func (a *API) shown(s *setting) string {
	if s.enabled && a.EnabledAlone {
		return unspecified
	}
	return s.mode
}

func (a *API) v1Setting(s *setting) *containerpb.BinaryAuthorization {
	if s == nil {
		return nil
	}
	number := containerpb.BinaryAuthorization_EvaluationMode(slices.Index(modes, a.shown(s)))
	return &containerpb.BinaryAuthorization{Enabled: s.enabled, EvaluationMode: number}
}
