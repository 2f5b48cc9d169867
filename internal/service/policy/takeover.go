package policy

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// takeoverLines is how much of a policy a plan shows.
const takeoverLines = 10

// takeover describes a policy that a create takes over. One that is too long to be shown is told from others by a digest.
func takeover(p *gcp.Policy) string {
	lines := projectpolicy.Description(p)
	if len(lines) == 0 {
		return "Google's default"
	}
	if more := len(lines) - takeoverLines; more > 0 {
		lines = append(lines[:takeoverLines:takeoverLines], fmt.Sprintf("and %d more (%s)", more, projectpolicy.Digest(p)))
	}
	return strings.Join(lines, "; ")
}
