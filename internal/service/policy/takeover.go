package policy

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// takeoverLines is the maximum number of lines of a policy in a plan.
const takeoverLines = 10

// takeover describes the policy to take over. A long description is cut off, and ends with a digest
// of the whole policy.
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
