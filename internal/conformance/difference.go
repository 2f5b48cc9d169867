package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Differences lists the differences of b from a, one line each, by attribute:
// "gke_policy.check_sets[0].checks[1].vulnerability_check.maximum_fixable_severity is now HIGH".
func Differences(a, b *Policy) []string { return differ("", normal(a), normal(b)) }

func differ(at string, a, b any) (lines []string) {
	switch after := b.(type) {
	case document:
		if before, ok := a.(document); ok {
			return differObjects(at, before, after)
		}
	case []any:
		if before, ok := a.([]any); ok {
			return differLists(at, before, after)
		}
	}
	switch {
	case a == nil:
		return []string{at + " was added" + shown(b)}
	case b == nil:
		return []string{at + " was removed"}
	case fmt.Sprint(a) != fmt.Sprint(b):
		return []string{at + " is now" + strings.TrimPrefix(shown(b), ":")}
	}
	return nil
}

func differObjects(at string, a, b document) (lines []string) {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		lines = append(lines, differ(strings.TrimPrefix(at+"."+snake(name), "."), a[name], b[name])...)
	}
	return lines
}

func differLists(at string, a, b []any) (lines []string) {
	if isTexts(a) || isTexts(b) {
		at = strings.TrimSuffix(at, ".allow_pattern")
		for _, v := range b {
			if !slices.Contains(a, v) {
				lines = append(lines, fmt.Sprintf("%s now has %q", at, text(v)))
			}
		}
		for _, v := range a {
			if !slices.Contains(b, v) {
				lines = append(lines, fmt.Sprintf("%s no longer has %q", at, text(v)))
			}
		}
		return lines
	}
	for i := range max(len(a), len(b)) {
		lines = append(lines, differ(fmt.Sprintf("%s[%d]", at, i), nth(a, i), nth(b, i))...)
	}
	return lines
}

func nth(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func isTexts(list []any) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { _, is := v.(string); return !is })
}

// shown is a value, shortened to fit a line.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf(": %q", v)
	case float64, bool:
		return fmt.Sprintf(": %v", v)
	}
	return ""
}

// snake is the attribute name of a field.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
