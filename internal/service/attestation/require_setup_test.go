package attestation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
)

type (
	scan    = containeranalysis.Scan
	finding = containeranalysis.Finding
	build   = containeranalysis.Build
)

// imageProject is the project of the image's repository. Results are read from it by default.
const imageProject = "acme"

// inspected has an attestor, and can add a scan and provenance of the image.
type inspected struct{ *keeper }

func newInspected(t *testing.T) inspected {
	t.Helper()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	return inspected{k}
}

func (i inspected) scanned(t *testing.T, s scan) {
	t.Helper()
	fine(t, i.Emulator.Analysis().Scan(imageProject, webImage, s))
}

func (i inspected) built(t *testing.T, b build) {
	t.Helper()
	fine(t, i.Emulator.Analysis().Build(imageProject, webImage, b))
}

// requiring returns an attestation with require; more holds further attributes and blocks.
func (i inspected) requiring(require string, more ...string) string {
	return attested("ci", webImage, append([]string{by(i.version), "require = " + require}, more...)...)
}

// limited returns a require with a check of the scan.
func limited(fixable, unfixable string, more ...string) string {
	return fmt.Sprintf("{\n    vulnerability = {\n      maximum_fixable_severity = %q\n      maximum_unfixable_severity = %q\n      "+
		"%s\n    }\n  }",
		fixable, unfixable, strings.Join(more, "\n      "))
}

// ruled returns a require with a check of the provenance by rules.
func ruled(rules ...string) string {
	return "{\n    slsa = {\n      rules = [{ " + strings.Join(rules, " }, { ") + " }]\n    }\n  }"
}

// and joins two requires into one with both checks.
func and(a, b string) string { return strings.TrimSuffix(a, "}") + strings.TrimPrefix(b, "{") }

const (
	byCloudBuild = `trusted_builder = "GOOGLE_CLOUD_BUILD"`
	fromAcme     = `trusted_source_repo_patterns = ["github.com/acme/*"]`
	acmeSource   = "https://github.com/acme/web"
)

// untouched fails the test if something was signed or written.
func (i inspected) untouched(t *testing.T) {
	t.Helper()
	if signed, wrote := i.Calls("AsymmetricSign"), i.Calls("CreateOccurrence"); signed > 0 || wrote > 0 {
		t.Errorf("%d signatures and %d occurrences were made", signed, wrote)
	}
}

// manyLooks exceeds the scan reads of two plans. After so many reads, an operation waits for the
// scan.
const manyLooks = 20

// onceWaiting runs do as soon as an operation waits for a scan. The test has to wait for the
// channel.
func (i inspected) onceWaiting(do func()) <-chan struct{} {
	done := make(chan struct{})
	before := i.Calls("ListOccurrences")
	go func() {
		defer close(done)
		for end := time.Now().Add(time.Minute); i.Calls("ListOccurrences") < before+manyLooks && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		do()
	}()
	return done
}

// applies runs an apply with a new provider process.
func (i inspected) applies(t *testing.T, cli *acctest.CLI, want int) string {
	t.Helper()
	return runs(t, i.Fresh(t, cli), want, "apply", "-auto-approve")
}
