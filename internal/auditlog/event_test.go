package auditlog_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// TestARefusalAsRecordedIn2024 reads all relevant parts of an entry.
func TestARefusalAsRecordedIn2024(t *testing.T) {
	t.Parallel()
	e, ok, err := auditlog.Parse(load(t, "blocked_2024"))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	e.Pod.Labels, e.Pod.Containers = nil, nil
	want := auditlog.Event{
		Time: time.Date(2024, time.May, 14, 9, 31, 7, 123456000, time.UTC), Kinds: []auditlog.Kind{auditlog.Blocked},
		Project: "demo", Location: "us-central1", Cluster: "prod", Namespace: "shop",
		Pod: workload.Pod{
			Namespace: "shop", ServiceAccount: "till", Owner: workload.Object{Kind: "ReplicaSet", Name: "web-6d4b75cb6d"}, Replicas: 1,
		},
		Denied: []auditlog.Denied{{Image: image, Reason: "Image " + image +
			" denied by Binary Authorization default admission rule. Image " +
			image + " denied by attestor projects/demo/attestors/built: " + noneOf}},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got  %+v\nwant %+v", e, want)
	}
}

func TestKindsOfEvents(t *testing.T) {
	t.Parallel()
	const asksFor, askedFor = "image-policy.k8s.io/break-glass", "alpha.image-policy.k8s.io/break-glass"
	meta := func(field, key, value string) func(*recorded) {
		return set("request.metadata."+field, map[string]any{key: value})
	}
	type changes = []func(*recorded)
	kinds := func(all ...auditlog.Kind) []auditlog.Kind { return all }
	none, twice := labels(), labels(webhook+"/dry-run", "true", webhook+"/break-glass", "true")
	const made, refused, old = "dry_run_2024", "blocked_2024", "alpha.image-policy.k8s.io/failed-open"
	for name, c := range map[string]struct {
		entry   string
		changes changes
		want    []auditlog.Kind
	}{
		"blocked":                            {refused, nil, kinds("BLOCKED")},
		"blocked, 2019":                      {"forbidden_2019", nil, kinds("BLOCKED")},
		"blocked, with a wish to break":      {refused, changes{meta("labels", asksFor, "yes")}, kinds("BLOCKED")},
		"blocked, other webhook was away":    {refused, changes{labels(closed(0), webhook)}, kinds("BLOCKED")},
		"dry run":                            {made, nil, kinds("DRY_RUN")},
		"dry run, 2019":                      {"dry_run_2019", nil, kinds("DRY_RUN")},
		"no dry run":                         {made, changes{labels(webhook+"/dry-run", "false")}, nil},
		"admitted":                           {made, changes{none}, nil},
		"break glass, by the webhook":        {made, changes{labels(webhook+"/break-glass", "true")}, kinds("BREAK_GLASS")},
		"break glass, by a label":            {made, changes{none, meta("labels", asksFor, "true")}, kinds("BREAK_GLASS")},
		"break glass, by an annotation":      {made, changes{none, meta("annotations", asksFor, "true")}, kinds("BREAK_GLASS")},
		"break glass, by the old annotation": {made, changes{none, meta("annotations", askedFor, "true")}, kinds("BREAK_GLASS")},
		"no break glass":                     {made, changes{none, meta("labels", asksFor, "yes")}, nil},
		"dry run and break glass":            {made, changes{twice}, kinds("DRY_RUN", "BREAK_GLASS")},
		"fail open":                          {made, changes{labels("image-policy.k8s.io/failed-open", "true")}, kinds("FAIL_OPEN")},
		"fail open, webhook":                 {made, changes{labels(webhook+"/failed-open", "true")}, kinds("FAIL_OPEN")},
		"fail open, numbered":                {made, changes{labels(closed(0), webhook)}, kinds("FAIL_OPEN")},
		"fail open, second":                  {made, changes{labels(closed(3), webhook)}, kinds("FAIL_OPEN")},
		"fail open, by name":                 {made, changes{labels(byName, "true")}, kinds("FAIL_OPEN")},
		"fail open, another webhook":         {made, changes{labels(closed(0), "validation.gatekeeper.sh")}, nil},
		"fail open, in the pod that was made": {
			"dry_run_2019",
			changes{none, set("response.metadata.annotations", map[string]any{"alpha.image-policy.k8s.io/failed-open": "true"})},
			kinds("FAIL_OPEN"),
		},
		"an update": {made, changes{set("methodName", "io.k8s.core.v1.pods.update")}, kinds("DRY_RUN")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, ok, err := auditlog.Parse(load(t, c.entry, c.changes...))
			if err != nil || !ok || !reflect.DeepEqual(e.Kinds, c.want) {
				t.Errorf("got %v %v %v, want %v", e.Kinds, ok, err, c.want)
			}
			if (len(e.Denied) > 0) != (len(c.want) > 0) {
				t.Errorf("images: %v", e.Denied)
			}
		})
	}
}

// byName is the Kubernetes annotation for any webhook without an answer.
const byName = "failed-open.validating.webhook.admission.k8s.io"

// closed is the annotation key of a webhook without an answer.
func closed(index int) string {
	return byName + "/round_0_index_" + string(rune('0'+index))
}

// TestOtherFailures: a failure with another cause than Binary Authorization is no event, even with
// similar words.
func TestOtherFailures(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*recorded){
		"access control": says("Forbidden", `pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace `+
			`"image-policy-test"`),
		"quota": says("Forbidden",
			`pods "web" is forbidden: exceeded quota: mem, requested: pods=1, used: pods=1, limited: pods=1`),
		"other webhook": says("Forbidden", `admission webhook "validation.gatekeeper.sh" denied the request: no image-policy label`),
		"taken":         says("AlreadyExists", `pods "web" already exists`),
		"nothing":       says("", ""),
	} {
		if e, ok, err := auditlog.Parse(load(t, "blocked_2024", change)); ok || err != nil {
			t.Errorf("%s: %+v %v", name, e, err)
		}
	}
	for name, change := range map[string]func(*recorded){
		"reason alone": says("VIOLATES_POLICY", "something new"),
		"no reason":    says("", "Image "+image+" denied by projects/demo/attestors/built: no"),
		"old":          says("Forbidden", `admission webhook "`+webhook+`" denied the request: something new`),
		"older":        says("Forbidden", `pods "web-x" is forbidden: one or more images rejected by webhook backend`),
	} {
		if e, ok, err := auditlog.Parse(load(t, "blocked_2024", change)); !ok || err != nil || e.Kinds[0] != auditlog.Blocked {
			t.Errorf("%s: %+v %v %v", name, e, ok, err)
		}
	}
}

// TestEntriesThatAreNotWhole: values missing in an entry are unknown. An entry impossible for a pod
// is an error.
func TestEntriesThatAreNotWhole(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*recorded){
		"no request": set("request", nil), "a text": set("request", "…"),
		"cut off": set("request", map[string]any{"@type": "core.k8s.io/v1.Pod"}), "no containers": set("request.spec", map[string]any{}),
	} {
		e, ok, err := auditlog.Parse(load(t, "dry_run_2024", cut))
		if err != nil || !ok || e.Pod.Name != "web-6d4b75cb6d-x7k2p" || e.Namespace != "shop" || e.Denied[0].Image != image {
			t.Errorf("%s: %+v %v %v", name, e, ok, err)
		}
		if e, _, err = auditlog.Parse(load(t, "dry_run_2024", cut, labels(webhook+"/dry-run", "true"))); err != nil ||
			!reflect.DeepEqual(e.Denied, []auditlog.Denied{{}}) {
			t.Errorf("%s, no reason: %+v %v", name, e.Denied, err)
		}
	}
	for name, want := range map[string]string{"": "web-6d4b75cb6d-x7k2p", "/given": "given", "/given/ephemeralcontainers": "given"} {
		e, _, err := auditlog.Parse(load(t, "dry_run_2024", set("resourceName", "core/v1/namespaces/shop/pods"+name)))
		if got := e.Pod.Name; err != nil || name != "" && got != want || e.Namespace != "shop" {
			t.Errorf("%q: %q %v", name, got, err)
		}
	}
	for want, change := range map[string]func(*recorded){
		`its resource "core/v1/nodes/n" is not a pod`: set("resourceName", "core/v1/nodes/n"),
		`its resource "" is not a pod`:                set("resourceName", nil),
		`its timestamp "noon" is not a time`:          func(r *recorded) { r.Timestamp = "noon" },
		`its timestamp "" is not a time`:              func(r *recorded) { r.Timestamp = "" },
	} {
		if _, ok, err := auditlog.Parse(load(t, "blocked_2024", change)); ok || err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, payload := range []string{"", "null", "[]", "{", `{"resourceName":1}`} {
		if _, ok, err := auditlog.Parse(auditlog.Entry{Timestamp: "2024-05-14T09:31:07Z", Payload: []byte(payload)}); ok || err == nil {
			t.Errorf("%s was read", payload)
		}
	}
}

// FuzzParse: no entry causes a panic, and an event with a kind has an image.
func FuzzParse(f *testing.F) {
	const at, pods = "2024-05-14T09:31:07Z", `{"resourceName":"core/v1/namespaces/n/pods`
	f.Add(at, pods+`","response":{"status":"Failure","reason":"VIOLATES_POLICY"}}`, "k", "v")
	f.Add(at, pods+`/p","response":{"status":{}}}`, webhook+"/dry-run", "true")
	f.Add(at, pods+`/p","request":null}`, reason, "'a' : Image a denied by b\n'c':")
	f.Fuzz(func(t *testing.T, at, payload, key, value string) {
		all := map[string]string{key: value, webhook + "/dry-run": "true"}
		e, ok, err := auditlog.Parse(auditlog.Entry{Timestamp: at, Labels: all, Payload: []byte(payload)})
		if ok && (err != nil || len(e.Kinds) > 0 && len(e.Denied) == 0) {
			t.Errorf("%+v %v", e, err)
		}
		var tally auditlog.Tally
		tally.Add(e, auditlog.Kinds())
		tally.Groups()
	})
}
