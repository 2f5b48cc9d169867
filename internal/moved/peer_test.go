package moved

import (
	"os"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// peerObjects are some of objects in the words of hashicorp/google.
const peerObjects = `
resource "google_container_analysis_note" "built" {
  count             = 30
  name              = "built-${count.index}"
  short_description = "Built by CI"
  related_url {
    url   = "https://example.com/built"
    label = "About"
  }
  attestation_authority {
    hint {
      human_readable_name = "Built by CI"
    }
  }
}

resource "google_binary_authorization_attestor" "built" {
  count = 30
  name  = "built-${count.index}"
  attestation_authority_note {
    note_reference = google_container_analysis_note.built[count.index].name
    public_keys {
      comment = "offline"
      pkix_public_key {
        public_key_pem      = file("TESTDATA/p256.pem")
        signature_algorithm = "EC_SIGN_P256_SHA256"
      }
    }
    public_keys {
      ascii_armored_pgp_public_key = file("TESTDATA/pgp_nist.asc")
    }
  }
}

resource "google_binary_authorization_policy" "policy" {
  default_admission_rule {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = google_binary_authorization_attestor.built[*].name
  }
  cluster_admission_rules {
    cluster          = "us-central1.sandbox"
    evaluation_mode  = "ALWAYS_ALLOW"
    enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
  }
}

resource "google_container_analysis_occurrence" "web" {
  resource_uri = "https://us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  note_name    = google_container_analysis_note.built[0].id
  attestation {
    serialized_payload = filebase64("TESTDATA/payload.json")
    signatures {
      public_key_id = google_binary_authorization_attestor.built[0].attestation_authority_note[0].public_keys[0].id
      signature     = filebase64("TESTDATA/ECDSA_P256_SHA256.sig")
    }
  }
}
`

// peerMoved are peerObjects in the words of this provider.
const peerMoved = `
resource "binauthz_note" "built" {
  count               = 30
  name                = "built-${count.index}"
  short_description   = "Built by CI"
  related_url         = [{ url = "https://example.com/built", label = "About" }]
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  count = 30
  name  = "built-${count.index}"
  note  = binauthz_note.built[count.index].name
  public_keys = [
    { comment = "offline", pkix = { public_key_pem = file("TESTDATA/p256.pem"), signature_algorithm = "EC_SIGN_P256_SHA256" } },
    { pgp = { ascii_armored_public_key = file("TESTDATA/pgp_nist.asc") } },
  ]
}

resource "binauthz_policy" "policy" {
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = binauthz_attestor.built[*].name
  }
  cluster_admission_rules = {
    "us-central1.sandbox" = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY" }
  }
}

resource "binauthz_attestation" "web" {
  attestor           = binauthz_attestor.built[0].id
  image              = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  serialized_payload = file("TESTDATA/payload.json")
  signature          = filebase64("TESTDATA/ECDSA_P256_SHA256.sig")
  public_key_id      = binauthz_attestor.built[0].public_keys[0].id
}

moved {
  from = google_container_analysis_note.built
  to   = binauthz_note.built
}

moved {
  from = google_binary_authorization_attestor.built
  to   = binauthz_attestor.built
}

moved {
  from = google_binary_authorization_policy.policy
  to   = binauthz_policy.policy
}

moved {
  from = google_container_analysis_occurrence.web
  to   = binauthz_attestation.web
}
`

// TestTheProjectOfAPeer is made by the executable of hashicorp/google that PEER names, and moved with that one installed.
func TestTheProjectOfAPeer(t *testing.T) {
	t.Parallel()
	executable := os.Getenv("PEER")
	if executable == "" {
		t.Skip("PEER does not name an executable of hashicorp/google")
	}
	w := &world{Ground: acctest.NewEmulated(t, emulator.Options{})}
	cli := w.PeerCLI(t, "terraform {\n  required_providers {\n    google = { source = \"hashicorp/google\" }\n  }\n}\n"+located(t, peerObjects), executable)
	cli.Succeeds(t, "apply", "-auto-approve")
	before := w.writes()
	cli.Write(t, located(t, peerMoved))
	out := w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	if acctest.Says(t, out, nothingToDo); strings.Count(out, " has moved to ") != 2*fleetSize+2 {
		t.Error(out)
	}
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes: %v", n, w.Emulator.Calls())
	}
}
