package containeranalysis

import (
	"cmp"
	"slices"
	"strings"
	"time"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The notes of the occurrences from Artifact Analysis's scanner.
const (
	scanNote = "projects/goog-analysis/notes/PACKAGE_VULNERABILITY"
	cveNotes = "projects/goog-vulnz/notes/"
)

// Scan is a result of the vulnerability scanner for an image.
type Scan struct {
	// Status is a grafeas.v1.DiscoveryOccurrence.AnalysisStatus; empty means FINISHED_SUCCESS.
	Status string `json:"status"`
	// Error is the reason of a failed scan.
	Error string `json:"error"`
	// ContinuousAnalysis is ACTIVE or INACTIVE; empty means ACTIVE.
	ContinuousAnalysis string `json:"continuousAnalysis"`
	// LastScanTime is the time of the last scan; zero means now. An unfinished scan has none.
	LastScanTime time.Time `json:"lastScanTime"`
	Findings     []Finding `json:"findings"`
}

// Finding is a vulnerability of one package of an image. Findings with the same CVE are packages of
// one occurrence.
type Finding struct {
	CVE string `json:"cve"`
	// Severity is a grafeas.v1.Severity, such as HIGH; empty means unspecified.
	Severity string `json:"severity"`
	// EffectiveSeverity is the severity for the package; empty means Severity.
	EffectiveSeverity string  `json:"effectiveSeverity"`
	CVSSScore         float32 `json:"cvssScore"`
	Package           string  `json:"package"`
	// PackageType is OS, GO, MAVEN, NPM, PYPI and the like; empty means OS.
	PackageType string `json:"packageType"`
	Version     string `json:"version"`
	// FixAvailable says that there is a fix. So does a FixedVersion.
	FixAvailable bool   `json:"fixAvailable"`
	FixedVersion string `json:"fixedVersion"`
	// VEXState is a grafeas.v1.VulnerabilityAssessmentNote.Assessment.State, such as NOT_AFFECTED;
	// empty without an assessment.
	VEXState string `json:"vexState"`
}

// dated is a pending event with its time.
type dated struct {
	at time.Time
	do func()
}

// Scan writes the scanner's occurrences for an image: a DISCOVERY occurrence, and a VULNERABILITY
// occurrence for each CVE, on Google's notes. Another scan of the image replaces status and
// findings. The image is registry/repository@sha256:digest, with or without "https://". Errors: an
// invalid image, status or severity.
func (a *API) Scan(project, image string, s Scan) error {
	return a.ScanAfter(0, project, image, s)
}

// ScanAfter is Scan with a later end: the image is SCANNING, without findings, until that time by
// World.Clock.
func (a *API) ScanAfter(wait time.Duration, project, image string, s Scan) error {
	parent, uri, err := a.imageIn(project, image)
	if err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle()
	// A new scan cancels a pending end of an earlier one.
	delete(a.later, parent+" "+uri)
	if wait <= 0 {
		a.scanned(parent, uri, s)
		return nil
	}
	a.scanned(parent, uri, Scan{Status: "SCANNING", ContinuousAnalysis: s.ContinuousAnalysis})
	a.later[parent+" "+uri] = dated{a.w.Clock().Add(wait), func() { a.scanned(parent, uri, s) }}
	return nil
}

// settle ends the scans that are due. The caller holds the lock.
func (a *API) settle() {
	now := a.w.Clock()
	for _, key := range sortedKeys(a.later) {
		if scan := a.later[key]; !scan.at.After(now) {
			delete(a.later, key)
			scan.do()
		}
	}
}

// imageIn returns the project name and the resource of an image's occurrences.
func (a *API) imageIn(bare, image string) (parent, uri string, err error) {
	if parent, err = a.name(project, "projects/"+bare); err != nil {
		return "", "", err
	}
	if !imageURI.MatchString(image) {
		return "", "", invalid("image %q is not of the form [https://]registry/repository@sha256:digest", image)
	}
	return parent, scheme + strings.TrimPrefix(image, scheme), nil
}

const scheme = "https://"

func (s *Scan) check() error {
	if _, ok := grafeaspb.DiscoveryOccurrence_AnalysisStatus_value[s.Status]; !ok && s.Status != "" {
		return invalid("%q is not an analysis status", s.Status)
	}
	if _, ok := grafeaspb.DiscoveryOccurrence_ContinuousAnalysis_value[s.ContinuousAnalysis]; !ok && s.ContinuousAnalysis != "" {
		return invalid("%q is not a state of continuous analysis", s.ContinuousAnalysis)
	}
	for _, f := range s.Findings {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

func (f *Finding) check() error {
	if !note.form.MatchString(cveNotes + f.CVE) {
		return invalid("a finding needs the id of a CVE, not %q", f.CVE)
	}
	for _, severity := range []string{f.Severity, f.EffectiveSeverity} {
		if _, ok := grafeaspb.Severity_value[severity]; !ok && severity != "" {
			return invalid("%q is not a severity", severity)
		}
	}
	if _, ok := grafeaspb.VulnerabilityAssessmentNote_Assessment_State_value[f.VEXState]; !ok && f.VEXState != "" {
		return invalid("%q is not a state of an assessment", f.VEXState)
	}
	return nil
}

// scanned replaces the scan results of an image. The caller holds the lock.
func (a *API) scanned(parent, uri string, s Scan) {
	a.provide(scanNote, &grafeaspb.Note{Type: &grafeaspb.Note_Discovery{
		Discovery: &grafeaspb.DiscoveryNote{AnalysisKind: grafeaspb.NoteKind_VULNERABILITY},
	}})
	a.put(parent, &grafeaspb.Occurrence{
		ResourceUri: uri, NoteName: scanNote, Details: &grafeaspb.Occurrence_Discovery{Discovery: s.discovery(a.w.Now())},
	})
	var kept []string
	for _, v := range s.vulnerabilities() {
		name := cveNotes + v.GetShortDescription()
		a.provide(name, &grafeaspb.Note{
			ShortDescription: v.GetShortDescription(),
			Type: &grafeaspb.Note_Vulnerability{Vulnerability: &grafeaspb.VulnerabilityNote{
				Severity: v.GetSeverity(), CvssScore: v.GetCvssScore(),
			}},
		})
		a.put(parent, &grafeaspb.Occurrence{
			ResourceUri: uri, NoteName: name, Details: &grafeaspb.Occurrence_Vulnerability{Vulnerability: v},
		})
		kept = append(kept, name)
	}
	a.occurrences = slices.DeleteFunc(a.occurrences, func(o *grafeaspb.Occurrence) bool {
		gone := within(o, parent+"/occurrences/") && o.GetResourceUri() == uri && strings.HasPrefix(o.GetNoteName(), cveNotes) &&
			!slices.Contains(kept, o.GetNoteName())
		if gone {
			a.store.Delete(o.GetName())
		}
		return gone
	})
}

func (s *Scan) discovery(now *timestamppb.Timestamp) *grafeaspb.DiscoveryOccurrence {
	status := grafeaspb.DiscoveryOccurrence_AnalysisStatus_value[cmp.Or(s.Status, "FINISHED_SUCCESS")]
	continuous := grafeaspb.DiscoveryOccurrence_ContinuousAnalysis_value[cmp.Or(s.ContinuousAnalysis, "ACTIVE")]
	d := &grafeaspb.DiscoveryOccurrence{
		AnalysisStatus:     grafeaspb.DiscoveryOccurrence_AnalysisStatus(status),
		ContinuousAnalysis: grafeaspb.DiscoveryOccurrence_ContinuousAnalysis(continuous),
	}
	if d.GetAnalysisStatus() == grafeaspb.DiscoveryOccurrence_FINISHED_SUCCESS ||
		d.GetAnalysisStatus() == grafeaspb.DiscoveryOccurrence_COMPLETE {
		d.AnalysisCompleted = &grafeaspb.DiscoveryOccurrence_AnalysisCompleted{AnalysisType: []string{"VULNERABILITY"}}
		d.LastScanTime = now
	}
	if !s.LastScanTime.IsZero() {
		d.LastScanTime = timestamppb.New(s.LastScanTime)
	}
	if s.Error != "" {
		d.AnalysisStatusError = &rpcstatus.Status{Code: int32(codes.Unknown), Message: s.Error}
	}
	return d
}

// vulnerabilities returns the details of one occurrence per CVE, in the order of the findings.
func (s *Scan) vulnerabilities() (all []*grafeaspb.VulnerabilityOccurrence) {
	of := map[string]*grafeaspb.VulnerabilityOccurrence{}
	for _, f := range s.Findings {
		v := of[f.CVE]
		if v == nil {
			v = &grafeaspb.VulnerabilityOccurrence{
				ShortDescription: f.CVE, Severity: severity(f.Severity), CvssScore: f.CVSSScore,
				RelatedUrls:   []*grafeaspb.RelatedUrl{{Url: "https://nvd.nist.gov/vuln/detail/" + f.CVE, Label: "More Info"}},
				VexAssessment: f.assessment(),
			}
			of[f.CVE], all = v, append(all, v)
		}
		issue := f.issue()
		v.PackageIssue = append(v.PackageIssue, issue)
		// "In the case where multiple PackageIssues have differing effective severities, this field
		// should be the highest severity for any of the PackageIssues"; "Whether at least one of
		// the affected packages has a fix available" (VulnerabilityOccurrence).
		v.EffectiveSeverity = max(v.GetEffectiveSeverity(), issue.GetEffectiveSeverity())
		v.FixAvailable = v.GetFixAvailable() || issue.GetFixAvailable()
	}
	return all
}

func (f *Finding) issue() *grafeaspb.VulnerabilityOccurrence_PackageIssue {
	name := cmp.Or(f.Package, "package")
	fixed := &grafeaspb.Version{Kind: grafeaspb.Version_MAXIMUM}
	available := f.FixAvailable || f.FixedVersion != ""
	if available {
		fixed = version(f.FixedVersion)
	}
	return &grafeaspb.VulnerabilityOccurrence_PackageIssue{
		AffectedCpeUri: "cpe:/o:debian:debian_linux:13", AffectedPackage: name, AffectedVersion: version(cmp.Or(f.Version, "1.0")),
		FixedCpeUri: "cpe:/o:debian:debian_linux:13", FixedPackage: name, FixedVersion: fixed, FixAvailable: available,
		PackageType: cmp.Or(f.PackageType, "OS"), EffectiveSeverity: severity(cmp.Or(f.EffectiveSeverity, f.Severity)),
	}
}

func version(text string) *grafeaspb.Version {
	name, revision, _ := strings.Cut(text, "-")
	return &grafeaspb.Version{Kind: grafeaspb.Version_NORMAL, Name: name, Revision: revision, FullName: text}
}

func severity(name string) grafeaspb.Severity {
	return grafeaspb.Severity(grafeaspb.Severity_value[name])
}

func (f *Finding) assessment() *grafeaspb.VulnerabilityOccurrence_VexAssessment {
	if f.VEXState == "" {
		return nil
	}
	state := grafeaspb.VulnerabilityAssessmentNote_Assessment_State_value[f.VEXState]
	return &grafeaspb.VulnerabilityOccurrence_VexAssessment{
		Cve: f.CVE, VulnerabilityId: f.CVE, State: grafeaspb.VulnerabilityAssessmentNote_Assessment_State(state),
	}
}
