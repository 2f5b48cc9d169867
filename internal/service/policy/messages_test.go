package policy_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPolicyMistakesAreToldOnce: one mistake is one error, with the configured value.
func TestPolicyMistakesAreToldOnce(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	wrong := strings.Replace(deny, "ENFORCED_BLOCK_AND_AUDIT_LOG", "ENFORCE_BLOCK_AND_AUDIT_LOG", 1)
	for _, body := range []string{config(wrong, ""), ruleConfig("default = true", wrong, "")} {
		out := says(t, g.CLI(t, body), aPlan, false, `"ENFORCE_BLOCK_AND_AUDIT_LOG"`, "!UNSPECIFIED")
		if n := strings.Count(out, "Error:"); n != 1 {
			t.Errorf("%d errors: %s", n, out)
		}
	}
}

// TestPolicyPatternsThatExemptNothingUsual: a pattern without usual images has a warning with a
// suggestion.
func TestPolicyPatternsThatExemptNothingUsual(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	const told = "Warning: Pattern exempts no usual image"
	for pattern, want := range map[string]string{
		"us-docker.pkg.dev/p/*": told + " (us-docker.pkg.dev/p/*)", "us-docker.pkg.dev/p/r/app": told, "docker.io/redis[@:]*": told,
		"us-docker.pkg.dev/p/r/*": "!" + told,
	} {
		says(t, g.CLI(t, allowlist("it", pattern, "")), aPlan, true, want)
		says(t, g.CLI(t, config(allow, "admission_whitelist_patterns = [\""+pattern+"\"]")), aPlan, true, want)
	}
}

// TestPolicyCountsUsableKeys: an expired key verifies nothing: an attestor without other keys
// counts as keyless.
func TestPolicyCountsUsableKeys(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	body := newAttestor("public_keys = [{ pgp = { ascii_armored_public_key = file(\"expired.asc\") } }]") +
		requireNew(config(require("X"), ""))
	cli := g.CLI(t, body)
	cli.WriteFile(t, "expired.asc", expiredKey(t))
	says(t, cli, aPlan, false, "Policy lock-out: ATTESTOR_WITHOUT_KEYS", "has no usable key")
}

// expiredKey is an expired PGP key.
func expiredKey(t *testing.T) string {
	t.Helper()
	born := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	entity, err := openpgp.NewEntity("Test", "", "test@example.com", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return born }, KeyLifetimeSecs: 24 * 60 * 60,
	})
	fatal(t, err)
	var out bytes.Buffer
	w, err := armor.Encode(&out, openpgp.PublicKeyType, nil)
	fatal(t, err)
	fatal(t, entity.Serialize(w))
	fatal(t, w.Close())
	return out.String()
}
