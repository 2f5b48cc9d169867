package conformance_test

import (
	"regexp"
	"slices"
	"strings"
	"time"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// The oracle is a service with undocumented behavior as a sequence of free choices. It runs once
// for every sequence; its verdicts are the possible ones. It knows the meaning of random evidence
// from its generation, not from reading it.

// choices is a sequence of free choices. A run asks for them in order; next goes to the next
// sequence.
type choices struct{ taken, most []int }

type run struct {
	*choices
	at int
}

// choose is one of 0…n-1.
func (r *run) choose(n int) int {
	if r.at == len(r.taken) {
		r.taken, r.most = append(r.taken, 0), append(r.most, n)
	}
	r.at++
	return r.taken[r.at-1]
}

func (c *choices) next() bool {
	for len(c.taken) > 0 {
		last := len(c.taken) - 1
		if c.taken[last]++; c.taken[last] < c.most[last] {
			return true
		}
		c.taken, c.most = c.taken[:last], c.most[:last]
	}
	return false
}

// verdicts is a set in print order.
type verdicts map[string]bool

func (v verdicts) String() string {
	var words []string
	for _, w := range []string{non, failed, yes} {
		if v[w] {
			words = append(words, w)
		}
	}
	return strings.Join(words, " or ")
}

// possible runs a service with all sequences of choices.
func possible(service func(*run) string) verdicts {
	all, c := verdicts{}, &choices{}
	for {
		all[service(&run{choices: c})] = true
		if !c.next() {
			return all
		}
	}
}

// strictest is the verdict of a whole with these parts.
func strictest(parts ...string) string {
	for _, v := range []string{non, failed} {
		if slices.Contains(parts, v) {
			return v
		}
	}
	return yes
}

// loosest is the verdict if one part is enough.
func loosest(parts ...string) string {
	for _, v := range []string{yes, failed} {
		if slices.Contains(parts, v) {
			return v
		}
	}
	return non
}

// combined are the verdicts of independent parts.
func combined(how func(...string) string, start string, parts ...verdicts) verdicts {
	whole := verdicts{start: true}
	for _, p := range parts {
		next := verdicts{}
		for a := range whole {
			for b := range p {
				next[how(a, b)] = true
			}
		}
		whole = next
	}
	return whole
}

func wholeOf(parts []verdicts) verdicts { return combined(strictest, yes, parts...) }

// Facts about the images and patterns of random policies, by hand.

type photo struct {
	text, name, full, tag, digest string // full is the name as Docker completes it
	registry                      bool   // in Artifact Registry
}

var d1, d2 = "sha256:" + strings.Repeat("1", 64), "sha256:" + strings.Repeat("2", 64)

var photos = []photo{
	{"us-docker.pkg.dev/prod/app/web@" + d1, "us-docker.pkg.dev/prod/app/web", "us-docker.pkg.dev/prod/app/web", "", d1, true},
	{"us-docker.pkg.dev/prod/app/web:v1@" + d1, "us-docker.pkg.dev/prod/app/web", "us-docker.pkg.dev/prod/app/web", "v1", d1, true},
	{"us-docker.pkg.dev/prod/app/web:v1", "us-docker.pkg.dev/prod/app/web", "us-docker.pkg.dev/prod/app/web", "v1", "", true},
	{"gcr.io/prod/job@" + d2, "gcr.io/prod/job", "gcr.io/prod/job", "", d2, true},
	{"a.b.gcr.io/prod/job@" + d2, "a.b.gcr.io/prod/job", "a.b.gcr.io/prod/job", "", d2, true},
	{
		"registry.example.com:5000/prod/job:v2@" + d2, "registry.example.com:5000/prod/job", "registry.example.com:5000/prod/job", "v2", d2,
		false,
	},
	{"nginx", "nginx", "docker.io/library/nginx", "", "", false},
	{"nginx@" + d1, "nginx", "docker.io/library/nginx", "", d1, false},
	{"org/redis:7@" + d2, "org/redis", "docker.io/org/redis", "7", d2, false},
}

// exempt maps patterns of allowlists to an expression for "name tag digest", and one for completed
// names.
var exempt = map[string][2]*regexp.Regexp{}

func init() { //nolint:gochecknoinits // a table made from another
	for pattern, e := range map[string][2]string{
		"us-docker.pkg.dev/prod/**":         {`us-docker\.pkg\.dev/prod/\S+ \S* \S*`, `us-docker\.pkg\.dev/prod/\S+ \S* \S*`},
		"us-docker.pkg.dev/prod/*":          {`us-docker\.pkg\.dev/prod/[^/ ]* \S* \S*`, `us-docker\.pkg\.dev/prod/[^/ ]* \S* \S*`},
		"us-docker.pkg.dev/prod/app/web:v*": {`us-docker\.pkg\.dev/prod/app/web v\S* \S*`, `us-docker\.pkg\.dev/prod/app/web v\S* \S*`},
		"us-docker.pkg.dev/prod/app/web:v2": {`us-docker\.pkg\.dev/prod/app/web v2 \S*`, `us-docker\.pkg\.dev/prod/app/web v2 \S*`},
		"us-docker.pkg.dev/prod/app/web@" + d1: {
			`us-docker\.pkg\.dev/prod/app/web \S* ` + d1, `us-docker\.pkg\.dev/prod/app/web \S* ` + d1,
		},
		"gcr.io/prod/job":       {`gcr\.io/prod/job \S* \S*`, `gcr\.io/prod/job \S* \S*`},
		"gcr.io/prod/job@" + d1: {`gcr\.io/prod/job \S* ` + d1, `gcr\.io/prod/job \S* ` + d1},
		"nginx":                 {`nginx \S* \S*`, `docker\.io/library/nginx \S* \S*`},
		"ngi*":                  {`ngi[^/ ]* \S* \S*`, `docker\.io/library/ngi[^/ ]* \S* \S*`},
		"docker.io/library/*":   {`docker\.io/library/[^/ ]* \S* \S*`, `docker\.io/library/[^/ ]* \S* \S*`},
		"library/nginx":         {`library/nginx \S* \S*`, `docker\.io/library/nginx \S* \S*`},
		"docker.io/**":          {`docker\.io/\S+ \S* \S*`, `docker\.io/\S+ \S* \S*`},
		"org/redis:7":           {`org/redis 7 \S*`, `docker\.io/org/redis 7 \S*`},
	} {
		exempt[pattern] = [2]*regexp.Regexp{regexp.MustCompile("^" + e[0] + "$"), regexp.MustCompile("^" + e[1] + "$")}
	}
}

// directories maps patterns of directories to an expression without dots in the wildcard, and one
// with dots.
var directories = map[string][2]*regexp.Regexp{
	"us-docker.pkg.dev/prod/app": {
		regexp.MustCompile(`^us-docker\.pkg\.dev/prod/app$`), regexp.MustCompile(`^us-docker\.pkg\.dev/prod/app$`),
	},
	"us-docker.pkg.dev/prod": {regexp.MustCompile(`^us-docker\.pkg\.dev/prod$`), regexp.MustCompile(`^us-docker\.pkg\.dev/prod$`)},
	"*-docker.pkg.dev/prod/*": {
		regexp.MustCompile(`^[^./]+-docker\.pkg\.dev/prod/[^/]*$`), regexp.MustCompile(`^[^/]+-docker\.pkg\.dev/prod/[^/]*$`),
	},
	"*.gcr.io/prod":     {regexp.MustCompile(`^[^./]+\.gcr\.io/prod$`), regexp.MustCompile(`^[^/]+\.gcr\.io/prod$`)},
	"gcr.io/**":         {regexp.MustCompile(`^gcr\.io/.*$`), regexp.MustCompile(`^gcr\.io/.*$`)},
	"docker.io/library": {regexp.MustCompile(`^docker\.io/library$`), regexp.MustCompile(`^docker\.io/library$`)},
	"docker.io/*":       {regexp.MustCompile(`^docker\.io/[^/]*$`), regexp.MustCompile(`^docker\.io/[^/]*$`)},
	"registry.example.com/prod/*": {
		regexp.MustCompile(`^registry\.example\.com/prod/[^/]*$`), regexp.MustCompile(`^registry\.example\.com/prod/[^/]*$`),
	},
}

// repositories maps patterns of sources to expressions; addresses maps the sources in a provenance
// to their compared form, or to ambiguous.
var (
	repositories = map[string]*regexp.Regexp{
		"github.com/org/app": regexp.MustCompile(`^github\.com/org/app$`),
		"github.com/org/*":   regexp.MustCompile(`^github\.com/org/[^/]*$`),
		"github.com/*":       regexp.MustCompile(`^github\.com/[^/]*$`),
		"github.com/**":      regexp.MustCompile(`^github\.com/.*$`),
		"bucket/app.tgz":     regexp.MustCompile(`^bucket/app\.tgz$`),
		"gitlab.com/x/y":     regexp.MustCompile(`^gitlab\.com/x/y$`),
	}
	addresses = map[string]string{
		"git+https://github.com/org/app":                 "github.com/org/app",
		"https://github.com/org/app/commit/2ce3f90":      "github.com/org/app",
		"git+ssh://github.com/org/app@refs/heads/main":   "github.com/org/app",
		"https://github.com/org/app.git":                 "github.com/org/app.git",
		"gs://bucket/app.tgz#1234":                       "bucket/app.tgz",
		"git+https://gitlab.com/x/y.git@refs/tags/v1":    "gitlab.com/x/y.git",
		"https://github.com/other/lib":                   "github.com/other/lib",
		"gcr.io/cloud-builders/docker@sha256:0123456789": "gcr.io/cloud-builders/docker",
		"https://github.com/org/../other/lib":            ambiguous,
		"git+ssh://git@github.com/org/app":               ambiguous,
		"https://github.com/org/app@x/../../other/lib":   ambiguous,
	}
)

// ambiguous marks an address of which the service may read any repository.
const ambiguous = "?"

// The meaning of random evidence.

type attestationFact struct {
	key                int // -1: the signature is of nobody
	id, tagged         bool
	name, digest, kind string
}

type buildFact struct {
	builder, note, config bool
	digest                string
	configRepository      string
	sources, dependencies []string // addresses
}

type scanFact struct {
	status, continuous string
	packages           bool // on Google's note PACKAGE_VULNERABILITY
}

type packageFact struct {
	severity string
	fix      bool
}

type findingFact struct {
	cve, severity, effective string
	fix                      bool
	packages                 []packageFact
	vex                      string
}

type facts struct {
	attestations map[string][]attestationFact // by "project image"
	builds       map[string][]buildFact
	scans        map[string][]scanFact
	findings     map[string][]findingFact
	cosigned     map[string][]attestationFact // by image
	bundled      map[string]bool
	unlisted     map[string]bool // images with unreadable lists of bundles
	uploaded     map[string]time.Time
	unreadable   map[string]bool
	gone         map[string]bool // images missing according to a registry
}

type oracle struct {
	facts
	constraints bool // whether there is an evaluator of constraints
}

func (o *oracle) pod(policy *conformance.Policy, namespace, account string, images []photo) (whole verdicts, each []verdicts) {
	for _, p := range images {
		each = append(each, o.image(policy.GkePolicy, namespace, account, p))
	}
	return wholeOf(each), each
}

func (o *oracle) image(policy *binaryauthorization.GkePolicy, namespace, account string, p photo) verdicts {
	perSet := map[int]verdicts{-1: {yes: true}}
	for i, set := range policy.CheckSets {
		var parts []verdicts
		for _, c := range set.Checks {
			parts = append(parts, o.check(c, p))
		}
		checks := wholeOf(parts)
		perSet[i] = possibleOf(func(r *run) verdicts {
			if exempted(r, set.ImageAllowlist, p) {
				return verdicts{yes: true}
			}
			return checks
		})
	}
	return possibleOf(func(r *run) verdicts {
		if exempted(r, policy.ImageAllowlist, p) || len(policy.CheckSets) == 0 {
			return verdicts{yes: true}
		}
		n, a := namespace, account
		if n == "" && r.choose(2) == 0 {
			n = "default"
		}
		if a == "" && r.choose(2) == 0 {
			a = "default"
		}
		for i, set := range policy.CheckSets {
			switch s := set.Scope; {
			case s == nil,
				s.KubernetesNamespace != "" && s.KubernetesNamespace == n,
				s.KubernetesServiceAccount != "" && s.KubernetesServiceAccount == n+":"+a:
				return perSet[i]
			}
		}
		return perSet[-1]
	})
}

// possibleOf returns the possible verdicts of a service with sets as answers.
func possibleOf(service func(*run) verdicts) verdicts {
	all, c := verdicts{}, &choices{}
	for {
		for v := range service(&run{choices: c}) {
			all[v] = true
		}
		if !c.next() {
			return all
		}
	}
}

func exempted(r *run, list *binaryauthorization.ImageAllowlist, p photo) bool {
	if list == nil {
		return false
	}
	completes := r.choose(2)
	name := []string{p.name, p.full}[completes]
	return slices.ContainsFunc(list.AllowPattern, func(pattern string) bool {
		return exempt[pattern][completes].MatchString(name + " " + p.tag + " " + p.digest)
	})
}

func (o *oracle) check(c *binaryauthorization.Check, p photo) verdicts {
	return possibleOf(func(r *run) verdicts {
		if exempted(r, c.ImageAllowlist, p) {
			return verdicts{yes: true}
		}
		name := []string{p.name, p.full}[r.choose(2)]
		if c.SlsaCheck != nil && p.digest != "" {
			return o.slsa(c.SlsaCheck, name+"@"+p.digest, p.digest)
		}
		return verdicts{o.ofName(r, c, p, name): true}
	})
}

func (o *oracle) ofName(r *run, c *binaryauthorization.Check, p photo, name string) string {
	switch {
	case c.AlwaysDeny:
		return non
	case c.TrustedDirectoryCheck != nil:
		return directory(r, c.TrustedDirectoryCheck, name)
	case p.digest == "":
		return non
	case c.ImageFreshnessCheck != nil:
		return o.freshness(r, c.ImageFreshnessCheck, p, name+"@"+p.digest)
	case c.SimpleSigningAttestationCheck != nil:
		return o.simpleSigning(r, c.SimpleSigningAttestationCheck, name, p.digest)
	case c.SigstoreSignatureCheck != nil:
		return o.sigstore(r, c.SigstoreSignatureCheck, p, name)
	}
	return o.vulnerability(r, c.VulnerabilityCheck, name+"@"+p.digest)
}

func directory(r *run, c *binaryauthorization.TrustedDirectoryCheck, name string) string {
	where := strings.Join(strings.Split(name, "/")[:strings.Count(name, "/")], "/")
	dots := r.choose(2)
	for _, pattern := range c.TrustedDirPatterns {
		if directories[pattern][dots].MatchString(where) {
			return yes
		}
	}
	return non
}

func (r *run) any() string { return []string{non, failed, yes}[r.choose(3)] }

func (r *run) refusal() string { return []string{non, failed}[r.choose(2)] }

func (o *oracle) freshness(r *run, c *binaryauthorization.ImageFreshnessCheck, p photo, image string) string {
	at, ok := o.uploaded[image]
	switch {
	case !p.registry:
		return r.refusal()
	case o.unreadable[image]:
		return r.any()
	case !ok:
		return r.refusal()
	}
	age := now.Sub(at).Hours() / 24
	inclusive := r.choose(2) == 0
	if age < float64(c.MaxUploadAgeDays) || inclusive && age == float64(c.MaxUploadAgeDays) {
		return yes
	}
	return non
}

// keysOf are the numbers of the keys in a check, with their text in the policy.
func keysOf(pems []string) (numbers []int) {
	for i, s := range signers() {
		if slices.Contains(pems, s.pem) {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

func (o *oracle) simpleSigning(r *run, c *binaryauthorization.SimpleSigningAttestationCheck, name, digest string) string {
	if len(c.ContainerAnalysisAttestationProjects) == 0 {
		return r.any()
	}
	var pems []string
	for _, a := range c.AttestationAuthenticators {
		for _, k := range a.PkixPublicKeySet.PkixPublicKeys {
			pems = append(pems, k.PublicKeyPem)
		}
	}
	idCounts, tagCounts := r.choose(2) == 0, r.choose(2) == 0
	verdict := non
	for _, project := range c.ContainerAnalysisAttestationProjects {
		project = project[len("projects/"):]
		if o.unreadable[project] {
			verdict = loosest(verdict, r.any())
		}
		for _, a := range o.attestations[project+" "+name+"@"+digest] {
			if slices.Contains(keysOf(pems), a.key) && (a.id || !idCounts) && (!a.tagged || !tagCounts) && a.kind == attestationType &&
				a.name == name && a.digest == digest {
				verdict = yes
			}
		}
	}
	return verdict
}

func (o *oracle) sigstore(r *run, c *binaryauthorization.SigstoreSignatureCheck, p photo, name string) string {
	image := name + "@" + p.digest
	switch {
	case !p.registry, o.gone[image]:
		return r.refusal()
	case o.unreadable[image]:
		return r.any()
	}
	var pems []string
	for _, a := range c.SigstoreAuthorities {
		for _, k := range a.PublicKeySet.PublicKeys {
			pems = append(pems, k.PublicKeyPem)
		}
	}
	repositoryCounts := r.choose(2) == 0
	for _, s := range o.cosigned[image] {
		if slices.Contains(keysOf(pems), s.key) && s.digest == p.digest && (s.name == "" || s.name == name || !repositoryCounts) {
			return yes
		}
	}
	switch {
	case o.unlisted[image]:
		return r.any()
	case o.bundled[image] && r.choose(2) == 0:
		return yes
	}
	return non
}

func (o *oracle) slsa(c *binaryauthorization.SlsaCheck, image, digest string) verdicts {
	var said []verdicts
	for _, rule := range c.Rules {
		if rule.AttestationSource == nil {
			said = append(said, possible((*run).any))
			continue
		}
		for _, project := range rule.AttestationSource.ContainerAnalysisAttestationProjects {
			project = project[len("projects/"):]
			if o.unreadable[project] {
				said = append(said, possible((*run).any))
			}
			for _, b := range o.builds[project+" "+image] {
				if b.digest == digest {
					said = append(said, possible(func(r *run) string { return o.provenance(r, rule, b) }))
				}
			}
		}
	}
	return combined(loosest, non, said...)
}

func (o *oracle) provenance(r *run, rule *binaryauthorization.VerificationRule, b buildFact) string {
	if !b.builder || rule.ConfigBasedBuildRequired && !b.config {
		return non
	}
	if !b.note && r.choose(2) == 0 || rule.TrustedBuilder == "" && r.choose(2) == 0 {
		return non
	}
	if len(rule.TrustedSourceRepoPatterns) > 0 && !source(r.choose(4), r.choose(2) == 0, rule, b) {
		return non
	}
	switch {
	case rule.CustomConstraints == "":
		return yes
	case !o.constraints:
		return r.any()
	case rule.CustomConstraints == "error":
		return r.refusal()
	case rule.CustomConstraints == "no":
		return non
	}
	return yes
}

// source: all relevant sources must match, or any one, or any one without its .git, or all sources.
// believes means that an ambiguous address matches.
func source(how int, believes bool, rule *binaryauthorization.VerificationRule, b buildFact) bool {
	matches := func(address string) bool {
		text := addresses[address]
		if text == ambiguous {
			return believes
		}
		for _, pattern := range rule.TrustedSourceRepoPatterns {
			if repositories[pattern].MatchString(text) || how == 2 && repositories[pattern].MatchString(strings.TrimSuffix(text, ".git")) {
				return true
			}
		}
		return false
	}
	var counts []string
	if b.configRepository != "" {
		counts = append(counts, b.configRepository)
	}
	if b.configRepository == "" || !rule.ConfigBasedBuildRequired {
		counts = append(counts, b.sources...)
	}
	if how == 3 && (b.configRepository == "" || !rule.ConfigBasedBuildRequired) {
		for _, a := range slices.Concat(b.sources, b.dependencies) {
			if !strings.HasPrefix(a, "gcr.io/") {
				counts = append(counts, a)
			}
		}
	}
	if how == 0 || how == 3 {
		return len(counts) > 0 && !slices.ContainsFunc(counts, func(a string) bool { return !matches(a) })
	}
	return slices.ContainsFunc(slices.Concat(counts, b.sources, b.dependencies), matches)
}

func (o *oracle) vulnerability(r *run, c *binaryauthorization.VulnerabilityCheck, image string) string {
	if len(c.ContainerAnalysisVulnerabilityProjects) == 0 {
		return r.any()
	}
	how := [4]int{r.choose(2), r.choose(2), r.choose(2), r.choose(2)}
	valid, violated := false, false
	for _, project := range c.ContainerAnalysisVulnerabilityProjects {
		project = project[len("projects/"):]
		if o.unreadable[project] {
			switch r.choose(3) {
			case 0:
				valid = true
			case 1:
				valid, violated = true, true
			}
			continue
		}
		findings := o.findings[project+" "+image]
		if !o.validScan(r, o.scans[project+" "+image], len(findings) > 0) {
			continue
		}
		valid = true
		violated = violated || slices.ContainsFunc(findings, func(f findingFact) bool { return violates(how, c, f) })
	}
	switch {
	case violated:
		return non
	case !valid:
		return failed
	}
	return yes
}

// validScan: any one of the scans counts.
func (o *oracle) validScan(r *run, scans []scanFact, findings bool) bool {
	own := slices.DeleteFunc(slices.Clone(scans), func(s scanFact) bool { return !s.packages })
	if len(own) == 0 {
		own = scans
	}
	counts := scanFact{status: "FINISHED_FAILED"}
	if len(own) > 0 {
		counts = own[r.choose(len(own))]
	}
	switch counts.status {
	case "FINISHED_SUCCESS", "COMPLETE":
		return counts.packages && counts.continuous != "INACTIVE" || r.choose(2) == 0
	case "FINISHED_FAILED", "FINISHED_UNSUPPORTED":
		return findings && r.choose(2) == 0
	}
	return r.choose(2) == 0
}

var ranks = map[string]int{"BLOCK_ALL": 0, "MINIMAL": 1, "LOW": 2, "MEDIUM": 3, "HIGH": 4, "CRITICAL": 5, "": 6, "ALLOW_ALL": 7}

func violates(how [4]int, c *binaryauthorization.VulnerabilityCheck, f findingFact) bool {
	if slices.Contains(c.AllowedCves, f.cve) || how[3] == 1 && (f.vex == "NOT_AFFECTED" || f.vex == "FIXED") {
		return false
	}
	if slices.Contains(c.BlockedCves, f.cve) {
		return true
	}
	above := func(severity string, fix bool) bool {
		if fix {
			return ranks[severity] > ranks[c.MaximumFixableSeverity]
		}
		return ranks[severity] > ranks[c.MaximumUnfixableSeverity]
	}
	or := func(a, b string) string {
		if a == "" {
			return b
		}
		return a
	}
	if how[2] == 1 && len(f.packages) > 0 {
		return slices.ContainsFunc(f.packages, func(p packageFact) bool {
			return above(or(p.severity, or(f.effective, f.severity)), p.fix)
		})
	}
	severity := or(f.effective, f.severity)
	if how[0] == 1 {
		severity = or(f.severity, f.effective)
	}
	fixes := 0
	for _, p := range f.packages {
		if p.fix {
			fixes++
		}
	}
	fixable := f.fix || fixes > 0
	if how[1] == 1 && len(f.packages) > 0 {
		fixable = fixes == len(f.packages)
	}
	return above(severity, fixable)
}
