package released

import (
	"regexp"
	"slices"
	"strings"
)

var heading = regexp.MustCompile(`(?m)^## (\S+) \((.+)\)$`)

// LastRelease returns the newest dated version of a changelog, "" if there is none.
func LastRelease(changelog string) string {
	for _, found := range heading.FindAllStringSubmatch(changelog, -1) {
		if found[2] != "Unreleased" {
			return found[1]
		}
	}
	return ""
}

// Announced returns the lines under BREAKING CHANGES in the first section, unless it is the section
// of the release since.
func Announced(changelog, since string) (lines []string) {
	found := heading.FindAllStringSubmatchIndex(changelog, -1)
	if len(found) == 0 || changelog[found[0][2]:found[0][3]] == since {
		return nil
	}
	end := len(changelog)
	if len(found) > 1 {
		end = found[1][0]
	}
	under := false
	for line := range strings.Lines(changelog[found[0][1]:end]) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasSuffix(line, ":") && line == strings.ToUpper(line):
			under = line == "BREAKING CHANGES:"
		case under && strings.HasPrefix(line, "* "):
			lines = append(lines, line)
		}
	}
	return lines
}

// Silent returns the changes without an announcement. A line announces a change by the names of the
// construct and, in backquotes, of the attribute. One line can name several attributes. The removal
// of a construct needs no attribute.
func Silent(breaks []Break, lines []string) (silent []Break) {
	for _, b := range breaks {
		announces := func(line string) bool {
			rest, ok := strings.CutPrefix(line, "* "+b.Construct)
			if !ok || !strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, " ") {
				return false
			}
			return b.Path == "" || strings.Contains(rest, "`"+b.Path+"`")
		}
		if !slices.ContainsFunc(lines, announces) {
			silent = append(silent, b)
		}
	}
	return silent
}
