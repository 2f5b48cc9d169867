package bench_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// grants is the number of members with a role on one attestor.
const grants = 20

// granting grants an attestor's role to members and revokes it, in turns with other programs.
type granting struct {
	program
	server         *emulator.Server
	dir            *workspace
	took           series
	writes, reads  []float64
	before, during string // configurations
}

// BenchmarkMembers gives 20 members a role on one attestor, in one apply. The peer sleeps a second
// and reads again, three times, after each write (tpgiamresource/iam.go of hashicorp/google).
func BenchmarkMembers(b *testing.B) {
	all := map[string]*granting{"": grantingOurs(b)}
	if peerPath() != "" {
		all["peer"] = grantingPeer(b)
	}
	takeTurns(b, all, []string{"", "peer"}, func(g *granting) { g.apply(b) })
	figures := map[string]float64{}
	for name, g := range all {
		if name != "" {
			name += "-"
		}
		figures[name+"ms/apply"], figures[name+"cpu-ms/apply"] = milliseconds(median(g.took.wall)), milliseconds(median(g.took.cpu))
		figures[name+"writes/apply"], figures[name+"reads/apply"] = median(g.writes), median(g.reads)
	}
	report(b, figures)
}

func grantingOurs(b *testing.B) *granting {
	b.Helper()
	server, env := emulated(b, 0, emulator.Options{})
	const attestor = `
terraform {
  required_providers {
    binauthz = { source = "binauthz/binauthz" }
  }
}
resource "binauthz_attestor" "it" {
  project = "project-0"
  name    = "it"
  note    = "projects/project-0/notes/note"
}
`
	return startGranting(b, &granting{
		program: ours(b),
		server:  server,
		before:  attestor,
		during:  attestor + members("binauthz_attestor", "binauthz_attestor.it.id"),
	}, env)
}

func grantingPeer(b *testing.B) *granting {
	b.Helper()
	server, _ := emulated(b, 0, emulator.Options{})
	attestor := peerProvider(b, server.Addr()) + `
resource "google_binary_authorization_attestor" "it" {
  project = "project-0"
  name    = "it"
  attestation_authority_note {
    note_reference = "projects/project-0/notes/note"
  }
}
`
	g := &granting{
		program: program{peerPath(), peerSource},
		server:  server,
		before:  attestor,
		during:  attestor + members("google_binary_authorization_attestor", "google_binary_authorization_attestor.it.name"),
	}
	return startGranting(b, g, userinfo(b))
}

func members(kind, attestor string) string {
	return fmt.Sprintf(`
resource "%s_iam_member" "it" {
  count    = %d
  project  = "project-0"
  attestor = %s
  role     = "roles/binaryauthorization.attestorsViewer"
  member   = "user:u${count.index}@example.com"
}
`, kind, grants, attestor)
}

func startGranting(b *testing.B, g *granting, env []string) *granting {
	b.Helper()
	g.dir = newWorkspace(b, g.before, env...)
	g.dir.run(b, g.program, "apply", "-auto-approve")
	return g
}

func (g *granting) apply(b *testing.B) {
	b.Helper()
	g.dir.write(b, "main.tf", g.during)
	before := g.server.Calls()
	g.took.add(g.dir.run(b, g.program, "apply", "-auto-approve"))
	after := g.server.Calls()
	g.writes = append(g.writes, float64(called(before, after, "SetIamPolicy")))
	g.reads = append(g.reads, float64(called(before, after, "GetIamPolicy")))
	g.dir.write(b, "main.tf", g.before)
	b.StopTimer()
	g.dir.run(b, g.program, "apply", "-auto-approve", "-parallelism=20")
	b.StartTimer()
}
