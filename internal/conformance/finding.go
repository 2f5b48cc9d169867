package conformance

import (
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// finding is a vulnerability with its id, such as CVE-2021-20305.
type finding struct {
	id string
	*Finding
}

// reading is one interpretation of a finding. Google does not document the service's own.
type reading struct {
	assigned bool // the severity of the note instead of the effective one
	all      bool // fixable if every package has a fix, instead of one
	packages bool // each package by its own severity and fix, instead of the finding as a whole
	vex      bool // a statement of an unaffected image dismisses the finding
}

// readings are all interpretations.
var readings = func() (all []reading) {
	for bits := range 16 {
		all = append(all, reading{bits&1 != 0, bits&2 != 0, bits&4 != 0, bits&8 != 0})
	}
	return all
}()

// violates reports whether a finding violates a check.
func (r reading) violates(check *binaryauthorization.VulnerabilityCheck, f finding) bool {
	switch {
	case slices.Contains(check.AllowedCves, f.id), r.vex && f.dismissed():
		return false
	case slices.Contains(check.BlockedCves, f.id):
		return true
	case r.packages && len(f.PackageIssue) > 0:
		return f.aPackage(check)
	}
	severity := severityOf(f.EffectiveSeverity, f.Severity)
	if r.assigned {
		severity = severityOf(f.Severity, f.EffectiveSeverity)
	}
	return over(check, severity, f.fixable(r.all))
}

// dismissed reports whether a VEX statement dismisses the finding.
func (f finding) dismissed() bool {
	return f.VexAssessment != nil && (f.VexAssessment.State == "NOT_AFFECTED" || f.VexAssessment.State == "FIXED")
}

func (f finding) aPackage(check *binaryauthorization.VulnerabilityCheck) bool {
	for i, p := range f.PackageIssue {
		if over(check, severityOf(p.EffectiveSeverity, f.EffectiveSeverity, f.Severity), f.fixed(i)) {
			return true
		}
	}
	return false
}

// fixed reports whether a package has a fix.
func (f finding) fixed(i int) bool {
	p := f.PackageIssue[i]
	return p.FixAvailable || p.FixedVersion.Kind != "" && p.FixedVersion.Kind != "MAXIMUM" && p.FixedVersion.FullName != ""
}

// fixable reports whether one package has a fix, or all have.
func (f finding) fixable(all bool) bool {
	one, every := f.FixAvailable, len(f.PackageIssue) > 0 || f.FixAvailable
	for i := range f.PackageIssue {
		fixed := f.fixed(i)
		one, every = one || fixed, every && fixed
	}
	if all {
		return every
	}
	return one
}

// severityOf returns the first severity with a value.
func severityOf(candidates ...string) string {
	for _, s := range candidates {
		if s != "" && s != "SEVERITY_UNSPECIFIED" {
			return s
		}
	}
	return ""
}

// over reports whether a severity is over the limit. A missing severity is over every limit except
// ALLOW_ALL; a missing limit allows nothing.
func over(check *binaryauthorization.VulnerabilityCheck, severity string, fixable bool) bool {
	limit := check.MaximumUnfixableSeverity
	if fixable {
		limit = check.MaximumFixableSeverity
	}
	switch at, most := slices.Index(Severities, severity), slices.Index(Severities, limit); {
	case limit == "ALLOW_ALL":
		return false
	case at < 1 || at == len(Severities)-1:
		return true
	default:
		return at > most
	}
}

// String is "CVE-2021-20305 (HIGH): openssl, fixed in 1.1.1k; libssl, no fix".
func (f finding) String() string {
	var packages []string
	for i, p := range f.PackageIssue {
		fix := "no fix"
		if f.fixed(i) {
			fix = strings.TrimSpace("fixed in " + severityOf(p.FixedVersion.FullName, "a later version"))
		}
		packages = append(packages, p.AffectedPackage+", "+fix)
	}
	if len(packages) == 0 {
		packages = []string{map[bool]string{true: "a fix is available", false: "no fix"}[f.FixAvailable]}
	}
	severity := severityOf(f.EffectiveSeverity, f.Severity)
	if severity == "" {
		severity = "no severity"
	}
	return f.id + " (" + severity + "): " + strings.Join(packages, "; ")
}

// doubtOf names the interpretations that change the result.
func doubtOf(byReading map[reading]Possible) (doubt string) {
	for _, way := range []struct {
		other func(reading) reading
		doubt string
	}{
		{
			func(r reading) reading { r.assigned = !r.assigned; return r },
			"it is not documented which of a vulnerability's two severities counts",
		},
		{
			func(r reading) reading { r.all = !r.all; return r },
			"it is not documented whether a vulnerability is fixable if one of its packages has a fix, or only if all have",
		},
		{
			func(r reading) reading { r.packages = !r.packages; return r },
			"it is not documented whether packages count each by its own severity and fix",
		},
		{
			func(r reading) reading { r.vex = !r.vex; return r },
			"it is not documented whether a VEX statement of an unaffected image counts",
		},
	} {
		if slices.ContainsFunc(readings, func(r reading) bool { return byReading[r] != byReading[way.other(r)] }) {
			doubt = joined(doubt, way.doubt)
		}
	}
	return doubt
}
