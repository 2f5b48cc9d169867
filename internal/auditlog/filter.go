package auditlog

import (
	"fmt"
	"strings"
	"time"
)

// Kind is a decision of Binary Authorization about a pod.
type Kind string

// The kinds of events.
const (
	// Blocked is a refused pod.
	Blocked Kind = "BLOCKED"
	// DryRun is a pod admitted only because the refusing rule is a dry run.
	DryRun Kind = "DRY_RUN"
	// BreakGlass is a pod admitted by its own breakglass mark.
	BreakGlass Kind = "BREAK_GLASS"
	// FailOpen is a pod admitted because Binary Authorization did not answer.
	FailOpen Kind = "FAIL_OPEN"
)

// Kinds returns all kinds of events.
func Kinds() []Kind { return []Kind{Blocked, DryRun, BreakGlass, FailOpen} }

// filters are the documented filters, by kind.
var filters = map[Kind]string{
	Blocked: `(protoPayload.response.status="Failure" AND ` +
		`(protoPayload.response.reason="VIOLATES_POLICY" OR protoPayload.response.reason="Forbidden"))`,
	DryRun:     `labels."` + dryRunLabel + `"="true"`,
	BreakGlass: `"` + breakGlass + `"`,
	FailOpen:   `"` + strings.Join(failOpenMarks, `" OR "`) + `"`,
}

// Window is a period including both ends.
type Window struct{ Since, Until time.Time }

// Place is a part of the pods of a project: of a cluster, or of a namespace in every cluster.
type Place struct{ Location, Cluster, Namespace string }

func (p Place) filter() string {
	if p.Namespace != "" {
		return fmt.Sprintf("protoPayload.resourceName:%q", "namespaces/"+p.Namespace+"/")
	}
	return fmt.Sprintf("(resource.labels.location=%q AND resource.labels.cluster_name=%q)", p.Location, p.Cluster)
}

// within matches the entries of some places; of all without a place.
func within(places []Place) string {
	if len(places) == 0 {
		return ""
	}
	some := make([]string, len(places))
	for i, p := range places {
		some[i] = p.filter()
	}
	return "\n(" + strings.Join(some, " OR ") + ")"
}

// EventFilter matches the entries of some kinds in a window, for all places without any.
func EventFilter(kinds []Kind, w Window, places ...Place) string {
	var some []string
	for _, kind := range kinds {
		some = append(some, filters[kind])
	}
	return base("create", "update") + w.filter() + within(places) + "\n(" + strings.Join(some, " OR ") + ")"
}

// CreationFilter matches the entries of all pod creations in a window, with any result, for all
// places without any.
func CreationFilter(w Window, places ...Place) string {
	return base("create") + w.filter() + within(places)
}

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
