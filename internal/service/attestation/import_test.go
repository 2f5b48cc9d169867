package attestation_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func digestOf(image string) string {
	_, digest, _ := strings.Cut(image, "@")
	return digest
}

// TestAConfigurationThatAnImportWrote: the configuration is valid and plans no change. A change of
// the image requires the removal of its signature attributes.
func TestAConfigurationThatAnImportWrote(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	name := k.attests(t, k.Project, "ci", webImage, webImage, k.version.KeyID())
	block := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", it, name)
	cli := k.CLI(t, block)
	file := t.TempDir() + "/generated.tf"
	expectWords(t, runs(t, cli, 0, "plan", "-generate-config-out="+file), "1 to import, 0 to add, 0 to change, 0 to destroy")
	raw, err := os.ReadFile(file)
	fine(t, err)
	expectWords(t, string(raw), "kms_key_version", "signature")
	cli.Write(t, block+string(raw))
	expectWords(t, runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	cli.Write(t, strings.ReplaceAll(string(raw), digestOf(webImage), digestOf(otherImage)))
	expectWords(t, runs(t, k.Fresh(t, cli), 1, "plan"), "Two signers for one attestation",
		"remove signature, public_key_id and serialized_payload")
	cli.Write(t, attested("ci", webImage, by(k.version)))
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	cli.Write(t, attested("ci", otherImage, by(k.version)))
	runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 1 {
		t.Errorf("there are %v", all)
	}
}
