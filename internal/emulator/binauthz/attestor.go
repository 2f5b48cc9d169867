package binauthz

import (
	"context"
	"path"
	"slices"
	"strings"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	maxAttestors = 200 // per project, https://cloud.google.com/binary-authorization/quotas
	listPage     = 100 // the service's default is not published; gcloud asks for 100
)

func (m management) CreateAttestor(_ context.Context, r *pb.CreateAttestorRequest) (*pb.Attestor, error) {
	project, err := projectName(r.GetParent())
	if err != nil {
		return nil, err
	}
	if !id.MatchString(r.GetAttestorId()) {
		return nil, invalid("The attestor id '%s' is not valid.", r.GetAttestorId())
	}
	kept, err := accept(r.GetAttestor())
	if err != nil {
		return nil, err
	}
	return m.a.createAttestor(resname.Attestor{Project: project, ID: r.GetAttestorId()}, kept)
}

func (a *API) createAttestor(n resname.Attestor, kept *pb.Attestor) (*pb.Attestor, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.attestors[a.key(n)] != nil {
		return nil, errExists
	}
	if len(a.attestorsOf(n.Project)) >= maxAttestors {
		return nil, status.Errorf(codes.ResourceExhausted, "A project can have %d attestors at most.", maxAttestors)
	}
	kept.Name = resname.Attestor{Project: a.world.ProjectID(n.Project), ID: n.ID}.String()
	kept.GetUserOwnedGrafeasNote().DelegationServiceAccountEmail = a.serviceAgent(n.Project)
	return a.store(n, kept), nil
}

// store saves an attestor and returns the reply to the write, without etag.
func (a *API) store(n resname.Attestor, kept *pb.Attestor) *pb.Attestor {
	kept.UpdateTime = a.world.Now()
	kept.Etag = a.newEtag(kept.GetName())
	a.attestors[a.key(n)] = kept
	reply := proto.CloneOf(kept)
	reply.Etag = ""
	return reply
}

func (a *API) serviceAgent(project string) string {
	return "service-" + a.world.ProjectNumber(project) + "@gcp-sa-binaryauthorization.iam.gserviceaccount.com"
}

func (m management) GetAttestor(_ context.Context, r *pb.GetAttestorRequest) (*pb.Attestor, error) {
	n, err := attestorName(r.GetName())
	if err != nil {
		return nil, err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	return m.a.attestor(n)
}

// attestor is a copy of an attestor; the caller holds the lock.
func (a *API) attestor(n resname.Attestor) (*pb.Attestor, error) {
	if kept := a.attestors[a.key(n)]; kept != nil {
		return named(kept, a.world.ProjectID(n.Project)), nil
	}
	return nil, errNotFound
}

// named is a copy of an attestor with the id of its project in its name, however the project was
// named in the create.
func named(kept *pb.Attestor, project string) *pb.Attestor {
	found := proto.CloneOf(kept)
	found.Name = resname.Attestor{Project: project, ID: path.Base(kept.GetName())}.String()
	return found
}

func (m management) UpdateAttestor(_ context.Context, r *pb.UpdateAttestorRequest) (*pb.Attestor, error) {
	n, err := attestorName(r.GetAttestor().GetName())
	if err != nil {
		return nil, err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	current, err := m.a.attestor(n)
	if err != nil {
		return nil, err
	}
	kept, err := accept(r.GetAttestor())
	if err != nil {
		return nil, err
	}
	if err := checkEtag(r.GetAttestor().GetEtag(), current.GetEtag()); err != nil {
		return nil, err
	}
	note := current.GetUserOwnedGrafeasNote()
	if kept.GetUserOwnedGrafeasNote().GetNoteReference() != note.GetNoteReference() {
		return nil, invalid("note reference may not be updated")
	}
	kept.Name = current.GetName()
	kept.GetUserOwnedGrafeasNote().DelegationServiceAccountEmail = note.GetDelegationServiceAccountEmail()
	return m.a.store(n, kept), nil
}

func (m management) ListAttestors(_ context.Context, r *pb.ListAttestorsRequest) (*pb.ListAttestorsResponse, error) {
	project, err := projectName(r.GetParent())
	if err != nil {
		return nil, err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	page, next, err := world.Page(m.a.world, m.a.attestorsOf(project), r.GetPageSize(), listPage, r.GetPageToken())
	if err != nil {
		return nil, err
	}
	reply := &pb.ListAttestorsResponse{NextPageToken: next}
	for _, kept := range page {
		reply.Attestors = append(reply.Attestors, named(kept, m.a.world.ProjectID(project)))
	}
	return reply, nil
}

// attestorsOf lists a project's attestors by name.
func (a *API) attestorsOf(project string) (found []*pb.Attestor) {
	prefix := "projects/" + a.world.ProjectNumber(project) + "/"
	for key, kept := range a.attestors {
		if strings.HasPrefix(key, prefix) {
			found = append(found, kept)
		}
	}
	slices.SortFunc(found, func(x, y *pb.Attestor) int { return strings.Compare(path.Base(x.GetName()), path.Base(y.GetName())) })
	return found
}

func (m management) DeleteAttestor(_ context.Context, r *pb.DeleteAttestorRequest) (*emptypb.Empty, error) {
	n, err := attestorName(r.GetName())
	if err != nil {
		return nil, err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	if _, err := m.a.attestor(n); err != nil {
		return nil, err
	}
	delete(m.a.attestors, m.a.key(n))
	m.a.iam.Delete(n.String())
	return &emptypb.Empty{}, nil
}
