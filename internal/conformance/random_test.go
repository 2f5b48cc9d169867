package conformance_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

type maker struct {
	*rand.Rand
	t *testing.T
	*stage
	facts
}

func pick[T any](m *maker, list ...T) T { return list[m.IntN(len(list))] }

func some(m *maker, all []string, most int) (texts []string) {
	for range m.IntN(most + 1) {
		texts = append(texts, pick(m, all...))
	}
	return texts
}

func list(texts []string) string {
	q, _ := json.Marshal(append([]string{}, texts...))
	return string(q)
}

func sorted[V any](table map[string]V) []string { return slices.Sorted(maps.Keys(table)) }

var projects = []string{"projects/p1", "projects/p2", "projects/p3"}

func (m *maker) allowlist(one int) string {
	if m.IntN(one) != 0 {
		return ""
	}
	return `"imageAllowlist": {"allowPattern": ` + list(append(some(m, sorted(exempt), 1), pick(m, sorted(exempt)...))) + `}, `
}

func (m *maker) policy() string {
	if m.IntN(30) == 0 {
		return `{"gkePolicy": {}}`
	}
	if m.IntN(12) == 0 { // nobody scans for this one
		return policyText(m.allowlist(8), checkSet(m.allowlist(8), broken))
	}
	var sets []string
	scopes := []string{asAccount("prod:robot"), asAccount("default:default"), inNamespace("prod"), inNamespace("default"), ""}
	if m.IntN(2) == 0 { // by namespace
		scopes[1], scopes[2] = scopes[2], scopes[1]
	}
	for _, scope := range scopes {
		if scope != "" && m.IntN(3) != 0 || scope == "" && m.IntN(50) == 0 {
			continue
		}
		var checks []string
		for range m.IntN(4) {
			checks = append(checks, `{`+m.allowlist(8)+m.check()+`}`)
		}
		sets = append(sets, checkSet(scope+m.allowlist(8), checks...))
	}
	return policyText(m.allowlist(8), sets...)
}

func (m *maker) check() string {
	switch m.IntN(16) {
	case 0:
		return `"alwaysDeny": true`
	case 1, 2, 3:
		return `"trustedDirectoryCheck": {"trustedDirPatterns": ` + list(some(m, sorted(directories), 5)) + `}`
	case 4, 5:
		return fmt.Sprintf(`"imageFreshnessCheck": {"maxUploadAgeDays": %d}`, pick(m, 7, 30))
	case 6, 7, 8:
		key := fmt.Sprintf(`{"publicKeyPem": KEY%d, "keyId": "k", "signatureAlgorithm": "ECDSA_P256_SHA256"}`, m.IntN(3))
		return `"simpleSigningAttestationCheck": {"containerAnalysisAttestationProjects": ` + list(some(m, projects, 3)) +
			`, "attestationAuthenticators": [{"pkixPublicKeySet": {"pkixPublicKeys": [` + key + `]}}]}`
	case 9, 10:
		return fmt.Sprintf(`"sigstoreSignatureCheck": {"sigstoreAuthorities": [`+
			`{"publicKeySet": {"publicKeys": [{"publicKeyPem": KEY%d}]}}]}`, m.IntN(3))
	case 11, 12:
		var rules []string
		for range 1 + m.IntN(2) {
			rules = append(rules, m.rule())
		}
		return `"slsaCheck": {"rules": [` + strings.Join(rules, ",") + `]}`
	}
	limits := []string{"BLOCK_ALL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "ALLOW_ALL"}
	cves := []string{"CVE-1", "CVE-2", "CVE-3"}
	return fmt.Sprintf(`"vulnerabilityCheck": {"maximumFixableSeverity": %q, "maximumUnfixableSeverity": %q, "allowedCves": %s, `+
		`"blockedCves": %s, "containerAnalysisVulnerabilityProjects": %s}`,
		pick(m, limits...), pick(m, limits...), list(some(m, cves, 1)), list(some(m, cves, 1)), list(some(m, projects, 2)))
}

func (m *maker) rule() string {
	rule := fmt.Sprintf(`{"configBasedBuildRequired": %v, "trustedSourceRepoPatterns": %s, "customConstraints": %q, "trustedBuilder": %q`,
		m.IntN(3) == 0, list(some(m, sorted(repositories), 2)), pick(m, "", "", "", "yes", "no", "error"),
		pick(m, "", "GOOGLE_CLOUD_BUILD", "GOOGLE_CLOUD_BUILD"))
	if m.IntN(6) != 0 {
		rule += `, "attestationSource": {"containerAnalysisAttestationProjects": ` +
			list(append(some(m, projects, 1), pick(m, projects...))) + `}`
	}
	return rule + `}`
}

// signed is a signature with its payload, each made once.
type signed struct {
	attestationFact
	payload   string
	signature []byte
}

func signatures(t *testing.T) (all []signed) {
	t.Helper()
	names := map[string]bool{"": true}
	for _, p := range photos {
		names[p.name], names[p.full] = true, true
	}
	for _, name := range sorted(names) {
		for _, digest := range []string{d1, d2} {
			for key := range signers() {
				for _, kind := range []string{attestationType, cosignType} {
					payload := payloadOf(kind, name, digest)
					body := payload
					if kind == attestationType && len(all)%3 == 0 {
						body = dsse(payload)
					}
					all = append(all, signed{attestationFact{key, true, false, name, digest, kind}, payload, signers()[key].sign(t, body)})
				}
			}
		}
	}
	return all
}

// evidence puts up evidence for the names of some images.
func (m *maker) evidence(all []signed, images []photo) {
	m.stage = newStage()
	m.facts = facts{
		map[string][]attestationFact{},
		map[string][]buildFact{},
		map[string][]scanFact{},
		map[string][]findingFact{},
		map[string][]attestationFact{},
		map[string]bool{},
		map[string]bool{},
		map[string]time.Time{},
		map[string]bool{},
		map[string]bool{},
	}
	if m.IntN(4) == 0 {
		m.facts.unreadable["p3"], m.stage.unreadable["p3"] = true, errors.New("no permission")
	}
	for _, p := range images {
		for _, name := range slices.Compact([]string{p.name, p.full}) {
			m.registry(all, name, p.digest)
			for _, project := range []string{"p1", "p2", "p3"} {
				if !m.facts.unreadable[project] {
					m.attest(all, project, name, p.digest)
					m.build(project, name+"@"+p.digest, p.digest)
					m.scan(project, name+"@"+p.digest)
				}
			}
		}
	}
}

func (m *maker) registry(all []signed, name, digest string) {
	image := name + "@" + digest
	if _, done := m.facts.uploaded[image]; done || m.stage.unreadable[image] != nil {
		return
	}
	switch m.IntN(8) {
	case 0:
		m.facts.unreadable[image], m.stage.unreadable[image] = true, errors.New("no permission")
	case 1:
		m.gone[image], m.stage.unreadable[image] = true, conformance.ErrNoImage
	default:
		at := now.AddDate(0, 0, -pick(m, 1, 7, 8, 30, 31))
		m.facts.uploaded[image], m.stage.uploaded[image] = at, at
	}
	switch m.IntN(8) {
	case 0:
		m.facts.bundled[image], m.stage.bundled[image] = true, true
	case 1:
		m.facts.unlisted[image], m.stage.unlisted[image] = true, errors.New("no list")
	}
	for range m.IntN(4) {
		s := m.near(all, name, digest)
		if s.kind != cosignType {
			continue
		}
		m.cosigned[image] = append(m.cosigned[image], s.attestationFact)
		m.signatures[image] = append(m.signatures[image], conformance.Signature{Payload: []byte(s.payload), Signature: s.signature})
	}
}

// near is a signature, rather one of this image.
func (m *maker) near(all []signed, name, digest string) signed {
	s := pick(m, all...)
	for range 40 {
		if s.name == name && s.digest == digest || m.IntN(40) == 0 {
			break
		}
		s = pick(m, all...)
	}
	return s
}

func (m *maker) attest(all []signed, project, name, digest string) {
	for range m.IntN(4) {
		s := m.near(all, name, digest)
		fact, id, payload, uri := s.attestationFact, "k", s.payload, "https://"+name+"@"+digest
		if m.IntN(6) == 0 {
			fact.tagged, uri = true, "https://"+name+":v1@"+digest
		}
		switch m.IntN(6) {
		case 0:
			fact.id, id = false, "x"
		case 1:
			fact.key, payload = -1, strings.Replace(s.payload, "{", "{ ", 1)
		}
		detail := &conformance.AttestationDetail{SerializedPayload: []byte(payload)}
		unmarshal(m.t, `[{"publicKeyId": `+quoted(id)+`, "signature": `+quotedBytes(s.signature)+`}]`, &detail.Signatures)
		image := name + "@" + digest
		m.attestations[project+" "+image] = append(m.attestations[project+" "+image], fact)
		note := "projects/" + pick(m, "me", "goog-analysis") + "/notes/n" // whatever the note, the signature decides
		m.put(project, "ATTESTATION", image, conformance.Occurrence{NoteName: note, ResourceURI: uri, Attestation: detail})
	}
}

type object = map[string]any

func resources(uris []string) []any {
	all := []any{}
	for _, u := range uris {
		all = append(all, object{"uri": u})
	}
	return all
}

func (m *maker) build(project, image, digest string) {
	for range m.IntN(3) {
		b := buildFact{builder: m.IntN(8) != 0, note: m.IntN(5) != 0, config: m.IntN(2) == 0, digest: digest}
		if m.IntN(12) == 0 {
			b.digest = "sha256:" + strings.Repeat("9", 64)
		}
		builder := object{"id": "https://example.com/builder"}
		if b.builder {
			builder = object{
				"id": pick(m, "https://cloudbuild.googleapis.com/GoogleHostedWorker",
					"https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3"),
			}
		}
		uris := some(m, sorted(addresses), 3)
		subject := []any{object{"digest": object{"sha256": strings.TrimPrefix(b.digest, "sha256:")}}}
		detail := map[string]any{}
		if m.IntN(2) == 0 {
			external := object{}
			if b.config {
				b.configRepository = pick(m, sorted(addresses)...)
				external["buildConfigSource"] = object{"repository": b.configRepository}
			}
			b.dependencies = uris
			switch {
			case m.IntN(2) == 0:
				b.sources = []string{pick(m, sorted(addresses)...)}
				external["sourceToBuild"] = object{"repository": b.sources[0]}
			case !b.config && len(uris) > 0: // the built source is only in the first dependency
				b.sources, b.dependencies = uris[:1], uris[1:]
			}
			detail["inTotoSlsaProvenanceV1"] = object{"subject": subject, "predicate": object{
				"buildDefinition": object{"externalParameters": external, "resolvedDependencies": resources(uris)},
				"runDetails":      object{"builder": builder},
			}}
		} else {
			if len(uris) > 0 {
				b.sources, b.dependencies = uris[:1], uris[1:]
			}
			recipe := map[bool]string{true: "CloudBuildYaml", false: "CloudBuildSteps"}[b.config]
			detail["intotoStatement"] = object{"subject": subject, "slsaProvenance": object{
				"builder": builder, "materials": resources(uris),
				"recipe": object{"type": "https://cloudbuild.googleapis.com/" + recipe + "@v0.1"},
			}}
		}
		note := "projects/verified-builder/notes/intoto_1"
		if !b.note {
			note = pick(m, "projects/me/notes/intoto_1", "projects/verified-builder2/notes/intoto_1")
		}
		m.occurrence(project, "BUILD", image, object{"noteName": note, "build": detail})
		m.builds[project+" "+image] = append(m.builds[project+" "+image], b)
	}
}

func (m *maker) occurrence(project, kind, image string, o object) {
	text, err := json.Marshal(o)
	if err != nil {
		m.t.Fatal(err)
	}
	m.put(project, kind, image, occurrence(m.t, string(text)))
}

const scanNote = "projects/goog-analysis/notes/PACKAGE_VULNERABILITY"

func (m *maker) scan(project, image string) {
	key := project + " " + image
	for range pick(m, 0, 1, 1, 1, 2) {
		note := scanNote
		if m.IntN(5) == 0 {
			note = pick(m, "projects/goog-analysis/notes/OTHER", "projects/me/notes/PACKAGE_VULNERABILITY",
				"projects/goog-analysis2/notes/PACKAGE_VULNERABILITY")
		}
		s := scanFact{"FINISHED_SUCCESS", "ACTIVE", note == scanNote}
		if m.IntN(3) == 0 {
			s.status = pick(m, "COMPLETE", "PENDING", "SCANNING", "FINISHED_FAILED", "FINISHED_FAILED", "FINISHED_UNSUPPORTED", "")
		}
		if m.IntN(8) == 0 {
			s.continuous = "INACTIVE"
		}
		m.occurrence(project, "DISCOVERY", image, object{
			"noteName": note, "discovery": object{"analysisStatus": s.status, "continuousAnalysis": s.continuous},
		})
		m.scans[key] = append(m.scans[key], s)
	}
	severity := func() string {
		return pick(m, "", "MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")
	}
	for range pick(m, 0, 0, 1, 2) {
		f := findingFact{
			cve:      pick(m, "CVE-1", "CVE-2", "CVE-3"),
			severity: severity(),
			fix:      m.IntN(2) == 0,
			vex:      pick(m, "", "", "", "NOT_AFFECTED", "FIXED", "AFFECTED"),
		}
		f.effective = f.severity
		if m.IntN(4) == 0 {
			f.effective = severity()
		}
		issues := []any{}
		for range m.IntN(3) {
			p := packageFact{f.effective, f.fix}
			if m.IntN(4) == 0 {
				p = packageFact{severity(), m.IntN(2) == 0}
			}
			version := object{"kind": "MAXIMUM"}
			if p.fix {
				version = object{"kind": "NORMAL", "fullName": "1.2"}
			}
			f.packages = append(f.packages, p)
			issues = append(issues, object{
				"affectedPackage": "p", "effectiveSeverity": p.severity, "fixAvailable": p.fix, "fixedVersion": version,
			})
		}
		vulnerability := object{"severity": f.severity, "effectiveSeverity": f.effective, "fixAvailable": f.fix, "packageIssue": issues}
		if f.vex != "" {
			vulnerability["vexAssessment"] = object{"state": f.vex}
		}
		m.occurrence(project, "VULNERABILITY", image, object{
			"noteName": "projects/" + pick(m, "goog-vulnz", "goog-vulnz2", "me") + "/notes/" + f.cve, "vulnerability": vulnerability,
		})
		m.findings[key] = append(m.findings[key], f)
	}
}

func constraint(expression string, _ []byte) (bool, error) {
	if expression == "error" {
		return false, errors.New("no such field")
	}
	return expression == "yes", nil
}

// TestOracle: for 10,000 random policies, pods and evidence, the evaluator and the oracle agree on
// the possible verdicts of each check, image and pod.
func TestOracle(t *testing.T) {
	t.Parallel()
	m := &maker{Rand: rand.New(rand.NewPCG(13, 10_000)), t: t}
	all := signatures(t)
	counts := map[string]map[conformance.Verdict]int{"check": {}, "image": {}, "pod": {}}
	same := func(what, text string, got conformance.Possible, want verdicts) {
		counts[what][got.Verdict()]++
		if got.String() != want.String() {
			t.Errorf("%s: the evaluator says %s, the oracle %s: %s", what, got, want, text)
		}
	}
	for range 10_000 {
		if t.Failed() {
			return
		}
		images := []photo{pick(m, photos...), pick(m, photos...)}[:1+m.IntN(2)]
		if len(images) == 2 && images[0] == images[1] {
			images = images[:1]
		}
		m.evidence(all, images)
		text := m.policy()
		policy := policyOf(t, text)
		pod := pod(pick(m, "", "prod", "default", "dev"), pick(m, "", "default", "robot"))
		account := pod.ServiceAccount
		if account == "default" && m.IntN(2) == 0 {
			account, pod.AccountAssumed = "", true
		}
		for _, p := range images {
			pod.Containers = append(pod.Containers, workload.Container{Image: p.text})
		}
		e := &conformance.Evaluator{Evidence: m.stage, Now: now}
		if m.IntN(2) == 0 {
			e.Constraint = constraint
		}
		o := &oracle{m.facts, e.Constraint != nil}
		result := e.Evaluate(t.Context(), policy, []workload.Pod{pod})
		whole, each := o.pod(policy, pod.Namespace, account, images)
		same("pod", text, result.Possible, whole)
		if fault := inconsistency(result.Message()); fault != "" {
			t.Errorf("%s: %s", fault, text)
		}
		for i, r := range result.Pods[0].Images {
			about := images[i].text + " " + text
			same("image", about, r.Possible, each[i])
			if r.Set == nil {
				continue
			}
			for n, c := range r.Set.Checks {
				check := policy.GkePolicy.CheckSets[r.Set.Index].Checks[n]
				of, _ := json.Marshal(check)
				same("check", images[i].text+" "+string(of), c.Possible, o.check(check, images[i]))
				if (c.Possible.Verdict() == conformance.Undetermined) != (c.Doubt != "") {
					t.Errorf("%s, and the doubt is %q", c.Possible, c.Doubt)
				}
			}
		}
	}
	for _, what := range sorted(counts) {
		t.Logf("%s: %v", what, counts[what])
		for _, v := range []conformance.Verdict{
			conformance.Conformant, conformance.NonConformant, conformance.Errored, conformance.Undetermined,
		} {
			if counts[what][v] < 100 {
				t.Errorf("%s: %s only %d times", what, v, counts[what][v])
			}
		}
	}
}
