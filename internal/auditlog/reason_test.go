package auditlog_test

import (
	"reflect"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
)

const (
	byBuilt = " denied by attestor projects/demo/attestors/built: " + noneOf
	// unexpected is an older reason.
	unexpected = "Signature verified, but unexpected message was signed: {'critical' : {}}"
	byTested   = " denied by attestor projects/demo/attestors/tested: Expected digest with sha256 scheme, but got tag or malformed digest"
)

// TestReasonsOfADryRun reads the texts of the dry-run label and the image of each.
func TestReasonsOfADryRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		images []string
		want   []auditlog.Denied
	}{
		"one attestor": {
			"'" + image + "' : Image " + image + byBuilt + "\n",
			[]string{image, other},
			[]auditlog.Denied{{image, "Image " + image + byBuilt}},
		},
		"two attestors": {
			"'" + image + "' : Image " + image + byBuilt + ". Image " + image + byTested + "\n",
			[]string{image},
			[]auditlog.Denied{{image, "Image " + image + byBuilt + ". Image " + image + byTested}},
		},
		"two images": {
			"'" + image + "' : Image " + image + byBuilt + "\n'" + other + "' : Image " + other + byTested + "\n",
			[]string{image, other},
			[]auditlog.Denied{{image, "Image " + image + byBuilt}, {other, "Image " + other + byTested}},
		},
		"two images in a line": {
			"'" + image + "' : Image " + image + byBuilt + " '" + other + "' : Image " + other + byTested,
			[]string{image, other},
			[]auditlog.Denied{{image, "Image " + image + byBuilt}, {other, "Image " + other + byTested}},
		},
		"one of two in other words": {
			"'" + image + "' : Image " + image + byBuilt + "\n'" + other + "' : Denied by an ALWAYS_DENY admission rule\n",
			[]string{image, other},
			[]auditlog.Denied{{image, "Image " + image + byBuilt}, {other, "Denied by an ALWAYS_DENY admission rule"}},
		},
		"a rule that denies": {
			"'nginx:1' : Denied by an ALWAYS_DENY admission rule\n",
			[]string{"nginx:1"},
			[]auditlog.Denied{{"nginx:1", "Denied by an ALWAYS_DENY admission rule"}},
		},
		"2019": {
			"'a:1' : Image a:1 denied by projects/demo/attestors/built: Attestor cannot attest to an image deployed by tag\n",
			[]string{"a:1"},
			[]auditlog.Denied{
				{"a:1", "Image a:1 denied by projects/demo/attestors/built: Attestor cannot attest to an image deployed by tag"},
			},
		},
		"2019, another message": {
			"'a' : Image a denied by projects/demo/attestors/built: " + unexpected + "\n",
			[]string{"a"},
			[]auditlog.Denied{{"a", "Image a denied by projects/demo/attestors/built: " + unexpected}},
		},
		"without quotes": {"Image a denied by x: y", []string{"a", "b"}, []auditlog.Denied{{"a", "Image a denied by x: y"}}},
		"unknown":        {"Something  new\n", []string{"a", "b"}, []auditlog.Denied{{"a", "Something new"}, {"b", "Something new"}}},
		"none":           {"", []string{"a", "b"}, []auditlog.Denied{{"a", ""}, {"b", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, _, err := auditlog.Parse(load(t, "dry_run_2024", images(c.images...), labels(webhook+"/dry-run", "true", reason, c.text)))
			if err != nil || !reflect.DeepEqual(e.Denied, c.want) {
				t.Errorf("got  %q %v\nwant %q", e.Denied, err, c.want)
			}
		})
	}
}

// TestReasonsOfARefusal reads the messages of refusals. The reason omits the pod's name, because
// each retry has a new name.
func TestReasonsOfARefusal(t *testing.T) {
	t.Parallel()
	const ahead = `admission webhook "` + webhook + `" denied the request: `
	const rule = " denied by Binary Authorization default admission rule. Denied by always_deny admission rule"
	const old, silent = "Denied by default admission rule. Overridden by evaluation mode", "one or more images rejected by webhook backend"
	for name, c := range map[string]struct {
		change func(*recorded)
		want   []auditlog.Denied
	}{
		"always": {says("VIOLATES_POLICY", ahead+"Image a"+rule), []auditlog.Denied{{"a", "Image a" + rule}}},
		"two images": {
			says("VIOLATES_POLICY", ahead+"Image a"+rule+"; Image b"+rule),
			[]auditlog.Denied{{"a", "Image a" + rule}, {"b", "Image b" + rule}},
		},
		"unknown": {says("VIOLATES_POLICY", ahead+"no"), []auditlog.Denied{{"a", "no"}, {"b", "no"}}},
		"2019": {
			says("Forbidden", `pods "web-x7k2p" is forbidden: image policy webhook backend denied one or more images: `+old),
			[]auditlog.Denied{{"a", old}, {"b", old}},
		},
		"2019, no reason": {
			says("Forbidden", `pods "web-x7k2p" is forbidden: `+silent), []auditlog.Denied{{"a", silent}, {"b", silent}},
		},
	} {
		e, ok, err := auditlog.Parse(load(t, "blocked_2024", images("a", "b", "a"), c.change))
		if err != nil || !ok || !reflect.DeepEqual(e.Denied, c.want) {
			t.Errorf("%s: got %q %v, want %q", name, e.Denied, err, c.want)
		}
	}
	// The API server's own status repeats the response. The response can be missing.
	e, ok, err := auditlog.Parse(load(t, "blocked_2024", set("response.message", nil)))
	if err != nil || !ok || len(e.Denied) != 1 || e.Denied[0].Image != image {
		t.Errorf("%+v %v %v", e, ok, err)
	}
}

// TestReasonsOfABrokenGlass: break-glass runs all images of the pod. Each image is reported, with
// its reason in the log, if any.
func TestReasonsOfABrokenGlass(t *testing.T) {
	t.Parallel()
	text := "'" + image + "' : Image " + image + byBuilt + "\n"
	e, _, err := auditlog.Parse(load(t, "dry_run_2024", images(other, image), labels(webhook+"/break-glass", "true", reason, text)))
	if want := []auditlog.Denied{{image, "Image " + image + byBuilt}, {other, ""}}; err != nil || !reflect.DeepEqual(e.Denied, want) {
		t.Errorf("got %q %v, want %q", e.Denied, err, want)
	}
	if e, _, err = auditlog.Parse(load(t, "dry_run_2024", images(other, image), labels(webhook+"/failed-open", "true"))); err != nil ||
		!reflect.DeepEqual(e.Denied, []auditlog.Denied{{other, ""}, {image, ""}}) {
		t.Errorf("got %q %v", e.Denied, err)
	}
}
