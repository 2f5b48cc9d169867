package world_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

func TestPage(t *testing.T) {
	t.Parallel()
	w, items := world.New(), []int{0, 1, 2, 3, 4}
	_, token, err := world.Page(w, items, 3, 100, "")
	if err != nil || token != world.Token(3) {
		t.Fatalf("%q, %v", token, err)
	}
	for _, c := range []struct {
		left []int // of items, between the two pages
		want []int
	}{
		{items, []int{3, 4}}, {items[:3], nil}, {items[:2], nil}, {nil, nil},
	} {
		page, next, err := world.Page(w, c.left, 3, 100, token)
		if err != nil || next != "" || !slices.Equal(page, c.want) {
			t.Errorf("the second page of %v: %v, %q, %v", c.left, page, next, err)
		}
	}
	for _, token := range []string{"nothing", "-", world.Token(-1)} {
		if _, _, err := world.Page(w, items, 3, 100, token); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", token, err)
		}
	}
}
