package note

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"
)

// TestModelRoundTrip: every model survives the conversion to the API's form and back.
func TestModelRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		want := model{
			ID: types.StringValue("projects/p/notes/n"), Project: types.StringValue("p"), Name: types.StringValue("n"),
			HumanReadableName: types.StringValue(rapid.StringN(1, 10, -1).Draw(t, "human")),
			ShortDescription:  someText(t, "short"), LongDescription: someText(t, "long"),
			RelatedURL: types.SetValueMust(relatedURLType, nil), RelatedNoteNames: types.SetValueMust(types.StringType, nil),
			ExpirationTime: rapid.SampledFrom([]types.String{
				types.StringNull(), types.StringValue("2040-01-02T03:04:05Z"), types.StringValue("2040-01-02T04:04:05+01:00"),
			}).Draw(t, "expiration"),
		}
		if rapid.Bool().Draw(t, "names") {
			want.RelatedNoteNames, _ = types.SetValueFrom(ctx, types.StringType,
				rapid.SliceOfDistinct(rapid.StringN(1, 5, -1), rapid.ID[string]).Draw(t, "name"))
		}
		if rapid.Bool().Draw(t, "urls") {
			want.RelatedURL, _ = types.SetValueFrom(ctx, relatedURLType, []relatedURL{
				{types.StringValue("b"), types.StringValue("")}, {types.StringValue("a"), types.StringValue("A")},
			})
		}
		got, note := want, want.toAPI(ctx)
		note.Name = want.ID.ValueString()
		if err := got.fromAPI(ctx, note); err != nil {
			t.Fatal(err)
		}
		got.CreateTime, got.UpdateTime = want.CreateTime, want.UpdateTime
		for name, same := range map[string]bool{
			"id": got.ID.Equal(want.ID), "human_readable_name": got.HumanReadableName.Equal(want.HumanReadableName),
			"short_description":  got.ShortDescription.Equal(want.ShortDescription),
			"long_description":   got.LongDescription.Equal(want.LongDescription),
			"related_url":        got.RelatedURL.Equal(want.RelatedURL),
			"related_note_names": got.RelatedNoteNames.Equal(want.RelatedNoteNames),
			"expiration_time":    got.ExpirationTime.Equal(want.ExpirationTime),
		} {
			if !same {
				t.Fatalf("%s: %+v came back as %+v", name, want, got)
			}
		}
	})
}

func someText(t *rapid.T, label string) types.String {
	return types.StringValue(rapid.SampledFrom([]string{"", "text"}).Draw(t, label))
}

// TestModelTakesNullForEmpty: null and unknown come back as empty.
func TestModelTakesNullForEmpty(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]model{
		"null": {RelatedURL: types.SetNull(relatedURLType), RelatedNoteNames: types.SetNull(types.StringType)},
		"unknown": {
			ShortDescription: types.StringUnknown(),
			RelatedURL:       types.SetUnknown(relatedURLType),
			RelatedNoteNames: types.SetUnknown(types.StringType),
		},
	} {
		note := (&model{RelatedURL: types.SetNull(relatedURLType), RelatedNoteNames: types.SetNull(types.StringType)}).toAPI(t.Context())
		note.Name = "projects/p/notes/n"
		if err := m.fromAPI(t.Context(), note); err != nil {
			t.Fatal(err)
		}
		if !m.ShortDescription.Equal(types.StringValue("")) || !m.RelatedURL.Equal(types.SetValueMust(relatedURLType, nil)) ||
			!m.RelatedNoteNames.Equal(types.SetValueMust(types.StringType, nil)) {
			t.Errorf("%s became %+v", name, m)
		}
	}
}
