package workload_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// podOf is a pod in JSON.
func podOf(name string) string {
	return `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "` + name + `"}, "spec": {"containers": [{"image": "` + name + `"}]}}`
}

// TestEveryObjectCounts: kubectl applies each object of a stream, however they are separated.
func TestEveryObjectCounts(t *testing.T) {
	t.Parallel()
	block := func(name string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name + "\nspec:\n  containers:\n  - image: " + name + "\n"
	}
	for name, text := range map[string]string{
		"JSON lines":              podOf("a") + "\n" + podOf("b") + "\n" + podOf("c"),
		"JSON on one line":        podOf("a") + podOf("b") + " " + podOf("c"),
		"JSON documents":          podOf("a") + "\n---\n" + podOf("b") + "\n" + podOf("c") + "\n---\n",
		"JSON with tabs":          "\t" + strings.Join([]string{podOf("a"), podOf("b"), podOf("c")}, "\r\n\t"),
		"YAML documents":          block("a") + "---\n" + block("b") + "---\n" + block("c"),
		"documents that end":      block("a") + "...\n" + block("b") + "... # end\n---\n" + block("c") + "...\n...\n",
		"YAML, then JSON":         block("a") + "---\n" + podOf("b") + podOf("c"),
		"flow style":              "--- " + podOf("a") + "\n---\t" + podOf("b") + " # next\n---\n" + podOf("c") + "\n# end\n",
		"Windows lines":           strings.ReplaceAll("---\n"+block("a")+"---\n"+block("b")+"...\n"+block("c"), "\n", "\r\n"),
		"lines that are no marks": "# ---\n#...\n---\n" + block("a") + "  # ---\n---\n" + podOf("b") + "\n...\n# ...\n---\n" + podOf("c"),
	} {
		pods, err := workload.ParseManifests(text)
		got := ""
		for _, pod := range pods {
			got += pod.Name
		}
		if err != nil || got != "abc" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// TestNothingIsLeftOut: text that is not part of an object is refused, with its document.
func TestNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	const after = "there is text after the end of the object"
	for text, want := range map[string]string{
		podOf("a") + "\n---\n" + podOf("b") + "\n{apiVersion: v1, kind: Pod}": "document 2: " + after,
		podOf("a") + "\n{apiVersion: v1, kind: Pod}":                          "document 1: " + after,
		podOf("a") + "\nkind: Pod":                                            "document 1: " + after,
		podOf("a") + " trailing":                                              "document 1: " + after,
		podOf("a") + "\n]":                                                    "document 1: " + after,
		podOf("a") + "\r---\r" + podOf("b"):                                   "document 1: " + after,
		podOf("a") + podOf("b") + "\n" + `{"kind": "a", "kind": "b"}`:         `document 3: yaml: unmarshal errors:`,
		podOf("a") + podOf("b") + "\n" + `{"kind": "a"}`:                      "document 3: not a Kubernetes object",
		podOf("a") + "\n...\ntext":                                            "document 2: not a Kubernetes object",
	} {
		if pods, err := workload.ParseManifests(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want an error with %q", text, pods, err, want)
		}
	}
}
