package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPolicyFirstWritesAtTheSameMoment: a policy without any write has no etag for the first write.
// Two concurrent first writes are both kept.
func TestPolicyFirstWritesAtTheSameMoment(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Latency: 200 * time.Millisecond})
	done := make(chan string, 2)
	for _, name := range []string{"a", "b"} {
		cli := g.CLI(t, ruleConfig(fmt.Sprintf("cluster = %q", "us-central1."+name), dryRun, ""))
		go func() {
			out, code := cli.Run(t, "apply", "-auto-approve")
			if code == 0 {
				out = ""
			}
			done <- out
		}()
	}
	for range 2 {
		if out := <-done; out != "" {
			t.Error(out)
		}
	}
	if rules := now(t, g).GetClusterAdmissionRules(); len(rules) != 2 {
		t.Errorf("the policy has %v", rules)
	}
}

// TestPolicyRequiresAttestorsThatAreMade: an attestor with its first key in the same apply causes
// no lock-out; a missing attestor has a warning.
func TestPolicyRequiresAttestorsThatAreMade(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestor := func(keys string) string {
		return "resource \"binauthz_attestor\" \"it\" {\n  name = \"built\"\n  note = \"n\"\n" + keys + "\n}\n"
	}
	cli := g.CLI(t, attestor(""))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	key := fmt.Sprintf("public_keys = [{ pkix = { public_key_pem = %q, signature_algorithm = \"ECDSA_P256_SHA256\" } }]", aKey)
	cli.Write(t, attestor(key)+strings.Replace(config(require("X"), ""), `"X"`, "binauthz_attestor.it.id", 1))
	if out, code := g.Fresh(t, cli).Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	cli.Write(t, attestor(key)+config(require("projects/demo/attestors/none"), ""))
	out, _ := g.Fresh(t, cli).Run(t, "plan")
	if !strings.Contains(out, "Not checked until apply (projects/demo/policy, projects/demo/attestors/none)") {
		t.Errorf("nothing is told of an attestor that is nowhere: %s", out)
	}
}
