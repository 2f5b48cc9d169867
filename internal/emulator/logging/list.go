package logging

import (
	"context"
	"slices"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Limits of ListLogEntriesRequest.
const (
	standardPage = 50
	maxPage      = 1000
	maxResources = 100
	maxFilter    = 20000
)

// service is google.logging.v2.LoggingServiceV2.
type service struct {
	loggingpb.UnimplementedLoggingServiceV2Server
	api *API
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

func (s *service) ListLogEntries(_ context.Context, r *loggingpb.ListLogEntriesRequest) (*loggingpb.ListLogEntriesResponse, error) {
	projects, err := s.api.projects(r.GetResourceNames())
	if err != nil {
		return nil, err
	}
	wanted, newestFirst, err := asked(r)
	if err != nil {
		return nil, err
	}
	s.api.mu.Lock()
	defer s.api.mu.Unlock()
	found := s.api.having(projects, wanted)
	if newestFirst {
		slices.Reverse(found)
	}
	return s.api.page(found, r)
}

// asked parses a request: its filter, and whether the newest entry comes first.
func asked(r *loggingpb.ListLogEntriesRequest) (wanted filter, newestFirst bool, err error) {
	switch {
	case r.GetPageSize() < 0 || r.GetPageSize() > maxPage:
		return nil, false, invalid("page_size must be between 0 and %d, not %d", maxPage, r.GetPageSize())
	case len(r.GetFilter()) > maxFilter:
		return nil, false, invalid("filter must not be longer than %d characters", maxFilter)
	}
	switch r.GetOrderBy() {
	case "", "timestamp asc":
	case "timestamp desc":
		newestFirst = true
	default:
		return nil, false, invalid(`order_by must be "timestamp asc" or "timestamp desc", not %q`, r.GetOrderBy())
	}
	wanted, err = parse(r.GetFilter())
	return wanted, newestFirst, err
}

// projects returns the numbers of the requested projects, each once.
func (a *API) projects(names []string) (numbers []string, err error) {
	if len(names) == 0 {
		return nil, invalid("resource_names must have at least one name")
	}
	if len(names) > maxResources {
		return nil, invalid("resource_names must not have more than %d names", maxResources)
	}
	for _, name := range names {
		project, err := resname.ParseProject(name)
		if err != nil || name != "projects/"+project {
			return nil, invalid("resource_names: %q cannot be read here: want projects/*", name)
		}
		if number := a.w.ProjectNumber(project); !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	return numbers, nil
}

// having returns the entries of the projects that match a filter, oldest first.
func (a *API) having(projects []string, wanted filter) (found []*record) {
	for _, p := range projects {
		for _, r := range a.entries[p] {
			if wanted.matches(r) {
				found = append(found, r)
			}
		}
	}
	if len(projects) > 1 {
		slices.SortStableFunc(found, before)
	}
	return found
}

func (a *API) page(found []*record, r *loggingpb.ListLogEntriesRequest) (*loggingpb.ListLogEntriesResponse, error) {
	if a.EmptyFirstPage && r.GetPageToken() == "" {
		return &loggingpb.ListLogEntriesResponse{NextPageToken: world.Token(0)}, nil
	}
	size := standardPage
	if r.GetPageSize() > 0 {
		size = maxPage
	}
	page, next, err := world.Page(a.w, found, r.GetPageSize(), size, r.GetPageToken())
	if err != nil {
		return nil, err
	}
	answer := &loggingpb.ListLogEntriesResponse{NextPageToken: next}
	for _, one := range page {
		e, err := one.packed()
		if err != nil {
			return nil, err
		}
		answer.Entries = append(answer.Entries, e)
	}
	return answer, nil
}
