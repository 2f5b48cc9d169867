package faults_test

import (
	"context"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestChangedSincePlan: an apply never overwrites another change made after its plan, even if the
// refusal is lost.
func TestChangedSincePlan(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "UpdateAttestor=unavailable", "UpdateAttestor=reset", "GetAttestor=unavailable,count=2"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			w, s := newWorld(t, emulator.Options{}), state{}
			w.run(t, map[string]any{}, phase{name: "create", config: created()}, s)
			p := w.start(t, map[string]any{})
			plans, err := p.plan(s, changed())
			if err != nil {
				t.Fatal(err)
			}
			foreign := w.rewrite(t, "projects/demo/attestors/built", "somebody else's")
			if text != "" {
				w.inject(t, parse(t, text))
			}
			err = p.apply(s, plans)
			if err == nil || !strings.Contains(err.Error(), `description is now "somebody else's"`) {
				t.Errorf("the apply ends with %v", err)
			}
			now, err := w.truth.attestors.GetAttestor(context.Background(),
				&binaryauthorizationpb.GetAttestorRequest{Name: foreign.GetName()})
			if err != nil || now.GetEtag() == "" || now.GetUpdateTime().AsTime() != foreign.GetUpdateTime().AsTime() {
				t.Errorf("the attestor was written: %v, %v", now, err)
			}
			w.run(t, map[string]any{}, phase{name: "again", config: changed()}, s)
			w.verify(t, told(s))
			tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
		})
	}
}

// rewrite changes an attestor outside Terraform.
func (w *world) rewrite(t *testing.T, name, description string) *binaryauthorizationpb.Attestor {
	t.Helper()
	a, err := w.truth.attestors.GetAttestor(context.Background(), &binaryauthorizationpb.GetAttestorRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	a.Description = description
	a, err = w.truth.attestors.UpdateAttestor(context.Background(), &binaryauthorizationpb.UpdateAttestorRequest{Attestor: a})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
