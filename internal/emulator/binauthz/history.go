package binauthz

import (
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// maxHistory is the number of stored policies per project.
const maxHistory = 2000

// keep adds a written policy to the history; the caller holds the lock.
func (a *API) keep(n resname.Policy, written *pb.Policy) {
	number := a.world.ProjectNumber(n.Project)
	a.policies[number] = written
	a.past[number] = append(a.past[number], written)
	if over := len(a.past[number]) - maxHistory; over > 0 {
		a.past[number] = append([]*pb.Policy(nil), a.past[number][over:]...)
	}
}

// PolicyHistory returns the policies written to a project, oldest first, at most the last
// maxHistory.
func (a *API) PolicyHistory(project string) []*pb.Policy {
	a.mu.Lock()
	defer a.mu.Unlock()
	var past []*pb.Policy
	for _, p := range a.past[a.world.ProjectNumber(project)] {
		past = append(past, proto.CloneOf(p))
	}
	return past
}
