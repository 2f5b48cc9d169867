package attestor_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestAttestorKeyExists: the plan refuses an existing key, and shows the import. The apply refuses
// a key added since the plan.
func TestAttestorKeyExists(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, inDemo+w.config(""))
	w.must(cli, "apply", "-auto-approve")
	config := inDemo + w.config("") + ownKey("it", pkixKey(t, "p384.pem", "ECDSA_P384_SHA384", `key_id = "foreign"`))
	cli.Write(t, config)
	w.must(cli, "plan", "-out=it.tfplan")
	w.change(foreign(t))
	acctest.Says(t, w.refused(cli, "Attestor already has the key", "plan"), `id = "`+w.name.String()+` foreign"`)
	w.refused(cli, `id = "`+w.name.String()+` foreign"`, "apply", "it.tfplan")
	cli.Write(t, config+"import {\n  to = "+keyAddress+"\n  id = \"a foreign\"\n}\n")
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
	w.clean(cli)
}

// TestAttestorKeyOfSeveralExists: the import has the id from the service, even if the plan has none
// because the text has several keys.
func TestAttestorKeyOfSeveralExists(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, inDemo+w.config(""))
	w.must(cli, "apply", "-auto-approve")
	config := inDemo + w.config("") + ownKey("it", bare(pgp(t, "pgp_two.asc")))
	cli.Write(t, config)
	w.must(cli, "plan", "-out=it.tfplan")
	w.change(func(a *gcp.Attestor) {
		text := &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{AsciiArmoredPgpPublicKey: known(t, "pgp_two.asc")}
		a.GetUserOwnedGrafeasNote().PublicKeys = []*binaryauthorizationpb.AttestorPublicKey{{PublicKey: text}}
	})
	id := w.name.String() + " " + strings.Join(w.held(), "")
	acctest.Says(t, w.refused(cli, "Attestor already has the key", "plan"), `id = "`+id+`"`)
	w.refused(cli, `id = "`+id+`"`, "apply", "it.tfplan")
	cli.Write(t, config+"import {\n  to = "+keyAddress+"\n  id = \""+id+"\"\n}\n")
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
	w.clean(cli)
}
