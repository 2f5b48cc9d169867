package probe

import (
	"regexp"
	"strings"
)

// scrub replaces texts that differ between projects or runs.
type scrub struct {
	pattern *regexp.Regexp
	with    string
}

// scrubs apply in this order: e-mail addresses come before the projects in them.
var scrubs = []scrub{
	{regexp.MustCompile(`\bprobe-[a-z]{8}-([0-9]+-)?`), ""},
	{regexp.MustCompile(`[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`), "EMAIL"},
	{regexp.MustCompile(`\boperation-[0-9]+-[0-9a-f]{8}-[0-9a-f-]+`), "OPERATION"},
	{regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "UUID"},
	{regexp.MustCompile(`\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})`), "TIME"},
	{regexp.MustCompile(`\bni:///sha-256;[A-Za-z0-9_-]+`), "ni:///sha-256;HASH"},
	{regexp.MustCompile(`\b[0-9A-F]{40}\b`), "FINGERPRINT"},
	{regexp.MustCompile(`\bprojects/[0-9]{6,}`), "projects/NUMBER"},
	{regexp.MustCompile(`\b([0-9]{1,3}\.){3}[0-9]{1,3}:[0-9]+\b`), "ADDRESS"},
	{regexp.MustCompile(`\bhttps://([0-9]{1,3}\.){3}[0-9]{1,3}\b`), "https://ADDRESS"},
	{regexp.MustCompile(`(?i)(etag:? ?')[^']*'`), "${1}ETAG'"},
	{regexp.MustCompile(`(The etag )[^ ]+( is not)`), "${1}ETAG${2}"},
	{regexp.MustCompile(`\b[0-9]{9,}\b`), "NUMBER"},
}

// normalizer removes project names, numbers, addresses, ids and times from a text.
type normalizer struct {
	// names are texts of this project with their replacements, the longest first.
	names []string
}

// newNormalizer replaces the names in a target by fixed words.
func newNormalizer(t Target) normalizer {
	var n normalizer
	for _, pair := range [][2]string{
		{t.Cluster, "CLUSTER"},
		{short(t.Cluster), "CLUSTER"},
		{t.KeyRing, "KEY_RING"},
		{t.Number, "NUMBER"},
		{t.Project, "PROJECT"},
	} {
		if pair[0] != "" {
			n.names = append(n.names, pair[0], pair[1])
		}
	}
	return n
}

// clean removes everything specific to a project or run from a text.
func (n normalizer) clean(text string) string {
	for _, s := range scrubs[:2] {
		text = s.pattern.ReplaceAllString(text, s.with)
	}
	for i := 0; i < len(n.names); i += 2 {
		text = replaceWord(text, n.names[i], n.names[i+1])
	}
	for _, s := range scrubs[2:] {
		text = s.pattern.ReplaceAllString(text, s.with)
	}
	return text
}

// replaceWord replaces whole words only: a project "a" is not in "attestors".
func replaceWord(text, name, with string) string {
	word := regexp.MustCompile(`(^|[^A-Za-z0-9_-])` + regexp.QuoteMeta(name) + `($|[^A-Za-z0-9_-])`)
	for word.MatchString(text) {
		text = word.ReplaceAllString(text, "${1}"+with+"${2}")
	}
	return text
}

func short(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
