package iam

import (
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/genproto/googleapis/type/expr"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

const resource = "projects/p/attestors/a"

func binding(role string, members ...string) *iampb.Binding {
	return &iampb.Binding{Role: role, Members: members}
}

func TestSetKeepsWhatIAMKeeps(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	got, err := s.Set(resource, &iampb.Policy{Bindings: []*iampb.Binding{
		binding("roles/viewer", "user:a@example.com", "user:b@example.com"),
		binding("roles/editor"),
		binding("roles/viewer", "user:b@example.com", "allUsers"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := &iampb.Policy{
		Version:  1,
		Etag:     got.GetEtag(),
		Bindings: []*iampb.Binding{binding("roles/viewer", "user:a@example.com", "user:b@example.com", "allUsers")},
	}
	if !proto.Equal(got, want) || len(got.GetEtag()) != 8 {
		t.Errorf("%v", got)
	}
}

func TestEtags(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	first, err := s.Get(resource, 3)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Set(resource, first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Set(resource, first); status.Code(err) != codes.Aborted {
		t.Errorf("with the etag of before: %v", err)
	}
	if _, err := s.Set(resource, &iampb.Policy{}); err != nil {
		t.Errorf("without etag: %v", err)
	}
	if _, err := s.Set(resource, second); status.Code(err) != codes.Aborted {
		t.Errorf("after a write without etag: %v", err)
	}
	if _, err := s.Set("projects/q/attestors/a", first); err != nil {
		t.Errorf("another resource: %v", err)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	conditional := binding("roles/binaryauthorization.policyViewer", "user:jane@example.com")
	conditional.Condition = &expr.Expr{Title: "t", Expression: "true"}
	if _, err := s.Set(resource, &iampb.Policy{
		Version:  1,
		Bindings: []*iampb.Binding{conditional},
	}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("version 1 with a condition: %v", err)
	}
	if _, err := s.Set(resource, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{conditional}}); err != nil {
		t.Fatal(err)
	}
	old, err := s.Get(resource, 1)
	if err != nil || old.GetVersion() != 1 || old.GetBindings()[0].GetCondition() != nil ||
		!strings.HasPrefix(old.GetBindings()[0].GetRole(), "roles/binaryauthorization.policyViewer_withcond_") {
		t.Errorf("version 1: %v, %v", old, err)
	}
	current, err := s.Get(resource, 3)
	if err != nil || current.GetVersion() != 3 || current.GetBindings()[0].GetRole() != "roles/binaryauthorization.policyViewer" {
		t.Errorf("version 3: %v, %v", current, err)
	}
}

// TestConditionsAreNotLost: with an etag, only version 3 can replace a policy with conditions.
func TestConditionsAreNotLost(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	viewer := conditional("roles/binaryauthorization.policyViewer", "user:jane@example.com")
	first, err := s.Set(resource, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{viewer}})
	if err != nil {
		t.Fatal(err)
	}
	old, err := s.Get(resource, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*iampb.Policy{
		"as read with version 1": old,
		"the hidden role":        {Version: 3, Etag: first.GetEtag(), Bindings: old.GetBindings()},
		"version 0":              {Etag: first.GetEtag()},
		"version 1":              {Etag: first.GetEtag(), Version: 1},
	} {
		if _, err := s.Set(resource, p); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now, err := s.Get(resource, 3); err != nil || !proto.Equal(now, first) {
		t.Errorf("after the refusals: %v, %v", now, err)
	}
	none, err := s.Set(resource, &iampb.Policy{Version: 3, Etag: first.GetEtag()})
	if err != nil || none.GetVersion() != 1 {
		t.Fatalf("version 3: %v, %v", none, err)
	}
	if _, err := s.Set(resource, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{viewer}}); err != nil {
		t.Fatal(err)
	}
	if now, err := s.Set(resource, &iampb.Policy{Version: 1}); err != nil || len(now.GetBindings()) != 0 {
		t.Errorf("without etag: %v, %v", now, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	for name, p := range map[string]*iampb.Policy{
		"no policy":                     nil,
		"version 2":                     {Version: 2},
		"member":                        {Bindings: []*iampb.Binding{binding("roles/viewer", "a@example.com")}},
		"role":                          {Bindings: []*iampb.Binding{binding("viewer", "allUsers")}},
		"a basic role with a condition": {Version: 3, Bindings: []*iampb.Binding{conditional("roles/viewer", "user:jane@example.com")}},
		"everybody with a condition": {
			Version:  3,
			Bindings: []*iampb.Binding{conditional("roles/binaryauthorization.policyViewer", "allUsers")},
		},
		"a deleted principal": {Bindings: []*iampb.Binding{binding("roles/viewer", "deleted:user:x@example.com?uid=1")}},
	} {
		if _, err := s.Set(resource, p); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Get(resource, 2); status.Code(err) != codes.InvalidArgument {
		t.Errorf("get version 2: %v", err)
	}
	if _, err := s.Test([]string{"binaryauthorization.*"}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("test a wildcard: %v", err)
	}
}

func TestServiceChecksTheResource(t *testing.T) {
	t.Parallel()
	owner := func(name string) (exists, known bool) {
		return name == resource, strings.HasPrefix(name, "projects/p/attestors/")
	}
	s := NewService(NewStore(world.New()), owner)
	for name, want := range map[string]codes.Code{
		resource: codes.OK, "projects/p/attestors/b": codes.NotFound, "projects/p": codes.InvalidArgument,
	} {
		if _, err := s.GetIamPolicy(t.Context(), &iampb.GetIamPolicyRequest{Resource: name}); status.Code(err) != want {
			t.Errorf("get %s: %v", name, err)
		}
		set := &iampb.SetIamPolicyRequest{Resource: name, Policy: &iampb.Policy{}}
		if _, err := s.SetIamPolicy(t.Context(), set); status.Code(err) != want {
			t.Errorf("set %s: %v", name, err)
		}
	}
}

func TestProjectNumberStandsForItsID(t *testing.T) {
	t.Parallel()
	w := world.New()
	s := NewStore(w)
	if _, err := s.Set(resource, &iampb.Policy{Bindings: []*iampb.Binding{binding("roles/viewer", "allUsers")}}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get("projects/"+w.ProjectNumber("p")+"/attestors/a", 0); err != nil || len(got.GetBindings()) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func conditional(role string, members ...string) *iampb.Binding {
	b := binding(role, members...)
	b.Condition = &expr.Expr{Title: "t", Expression: "true"}
	return b
}

func TestAddressesHaveNoCase(t *testing.T) {
	t.Parallel()
	const principal = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/P/attribute.A/B"
	for name, c := range map[string]struct {
		keeps bool
		want  []string
	}{
		"lower case": {false, []string{"user:jane@example.com", principal}},
		"as written": {true, []string{"user:Jane@Example.com", principal}},
	} {
		s := NewStore(world.New())
		if c.keeps {
			s.KeepCase()
		}
		got, err := s.Set(resource, &iampb.Policy{
			Bindings: []*iampb.Binding{binding("roles/viewer", "user:Jane@Example.com", "user:jane@example.com", principal)},
		})
		if err != nil || !slices.Equal(got.GetBindings()[0].GetMembers(), c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestDeletedPrincipalsStay: deleted principals stay in the policy.
func TestDeletedPrincipalsStay(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	s.HadMember(resource, "roles/viewer", "deleted:user:x@example.com?uid=1")
	p, err := s.Get(resource, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Set(resource, p); err != nil {
		t.Error(err)
	}
}

func TestReadsLagBehind(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	s.ShowOld(2)
	if _, err := s.Set(resource, &iampb.Policy{Bindings: []*iampb.Binding{binding("roles/viewer", "allUsers")}}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 0, 1} {
		if p, err := s.Get(resource, 3); err != nil || len(p.GetBindings()) != want {
			t.Errorf("read %d: %v, %v", i, p, err)
		}
	}
}

func TestNewAccountsAreNotKnown(t *testing.T) {
	t.Parallel()
	s := NewStore(world.New())
	const account = "serviceAccount:new@p.iam.gserviceaccount.com"
	s.ForgetAccount(account, 1)
	p := &iampb.Policy{Bindings: []*iampb.Binding{binding("roles/viewer", account)}}
	if _, err := s.Set(resource, p); status.Code(err) != codes.InvalidArgument ||
		!strings.Contains(err.Error(), "Service account new@p.iam.gserviceaccount.com does not exist.") {
		t.Error(err)
	}
	if _, err := s.Set(resource, p); err != nil {
		t.Error(err)
	}
}
