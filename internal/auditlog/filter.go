package auditlog

import (
	"fmt"
	"strings"
	"time"
)

// Kind says what Binary Authorization did with a pod.
type Kind string

// The kinds of events.
const (
	// Blocked is a pod that was refused.
	Blocked Kind = "BLOCKED"
	// DryRun is a pod that was admitted because the rule that refuses it is a dry run.
	DryRun Kind = "DRY_RUN"
	// BreakGlass is a pod that was admitted because it says so itself.
	BreakGlass Kind = "BREAK_GLASS"
	// FailOpen is a pod that was admitted because Binary Authorization did not answer.
	FailOpen Kind = "FAIL_OPEN"
)

// Kinds are all kinds of events.
func Kinds() []Kind { return []Kind{Blocked, DryRun, BreakGlass, FailOpen} }

// filters are the documented ones, by kind.
var filters = map[Kind]string{
	Blocked: `(protoPayload.response.status="Failure" AND ` +
		`(protoPayload.response.reason="VIOLATES_POLICY" OR protoPayload.response.reason="Forbidden"))`,
	DryRun:     `labels."` + dryRunLabel + `"="true"`,
	BreakGlass: `"` + breakGlass + `"`,
	FailOpen:   `"` + strings.Join(failOpenMarks, `" OR "`) + `"`,
}

// Window is the time that is looked at. Both ends belong to it.
type Window struct{ Since, Until time.Time }

// EventFilter matches the entries of some kinds in a window.
func EventFilter(kinds []Kind, w Window) string {
	var some []string
	for _, kind := range kinds {
		some = append(some, filters[kind])
	}
	return base("create", "update") + w.filter() + "\n(" + strings.Join(some, " OR ") + ")"
}

// CreationFilter matches the entries of all pods that somebody wanted to create in a window, whatever became of them.
func CreationFilter(w Window) string { return base("create") + w.filter() }

func base(verbs ...string) string {
	var methods []string
	for _, verb := range verbs {
		methods = append(methods, `protoPayload.methodName="`+method(verb)+`"`)
	}
	return "resource.type=\"k8s_cluster\"\nlogName:\"cloudaudit.googleapis.com%2Factivity\"\n(" + strings.Join(methods, " OR ") + ")"
}

func method(verb string) string { return "io.k8s.core.v1.pods." + verb }

func (w Window) filter() string {
	return fmt.Sprintf("\ntimestamp>=%q\ntimestamp<=%q", w.Since.UTC().Format(time.RFC3339Nano), w.Until.UTC().Format(time.RFC3339Nano))
}
