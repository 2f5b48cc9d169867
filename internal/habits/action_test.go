package habits_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/habits"
)

// action signs an attestation of the image.
const action = `
action "binauthz_sign_attestation" "web" {
  config {
    attestor        = binauthz_attestor.built.id
    image           = "` + image + `"
    kms_key_version = "` + key + `"
  }
}
`

func actionInvoke(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := applied(t, g, note+attestor)
	cli.Write(t, note+attestor+action)
	return attested(t, g, tried(t, g.Fresh(t, cli), "apply", "-auto-approve", "-invoke=action.binauthz_sign_attestation.web"))
}

func actionTrigger(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := g.CLI(t, note+attestor+action+`
resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [before_create]
      actions = [action.binauthz_sign_attestation.web]
    }
  }
}
`)
	return attested(t, g, tried(t, cli, "apply", "-auto-approve"))
}

// attested expects one attestation if the action ran.
func attested(t *testing.T, g *acctest.Ground, outcome habits.Outcome) habits.Outcome {
	t.Helper()
	if outcome == habits.Works {
		if n := attestations(t, g); n != 1 {
			t.Errorf("there are %d attestations", n)
		}
	}
	return outcome
}
