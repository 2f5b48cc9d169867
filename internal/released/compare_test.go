package released_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/released"
)

func on(s *released.Schema, kind, name string) *released.Attribute {
	return s.Resources[kind].Attributes[name]
}

// breaking are changes to the schema of the last release, with the expected message for each.
var breaking = map[string]struct {
	change func(*released.Schema)
	want   string
}{
	"a resource is removed":      {func(s *released.Schema) { delete(s.Resources, "binauthz_note") }, "resource/binauthz_note is removed"},
	"a data source is renamed":   {renameDataSource, "data-source/binauthz_attestors is removed"},
	"a list resource is removed": {func(s *released.Schema) { delete(s.Lists, "binauthz_note") }, "list-resource/binauthz_note is removed"},
	"an action is removed": {
		func(s *released.Schema) { delete(s.Actions, "binauthz_sign_attestation") }, "action/binauthz_sign_attestation is removed",
	},
	"a function is removed": {func(s *released.Schema) { delete(s.Functions, "parse_image") }, "function/parse_image is removed"},
	"an attribute is removed": {
		func(s *released.Schema) { delete(s.Resources["binauthz_note"].Attributes, "long_description") },
		"resource/binauthz_note: `long_description` is removed",
	},
	"a nested attribute is removed": {
		func(s *released.Schema) { delete(on(s, "binauthz_attestor", "public_keys").Attributes, "pgp") },
		"resource/binauthz_attestor: `public_keys.pgp` is removed",
	},
	"a nested block is removed": {
		func(s *released.Schema) { delete(s.Resources["binauthz_cluster_settings"].Attributes, "timeouts") },
		"resource/binauthz_cluster_settings: `timeouts` is removed",
	},
	"an attribute of the provider is removed": {
		func(s *released.Schema) { delete(s.Provider.Attributes, "project") }, "provider: `project` is removed",
	},
	"provider_meta loses an attribute": {
		func(s *released.Schema) { clear(s.ProviderMeta.Attributes) }, "provider-meta: `module_name` is removed",
	},
	"an attribute of a data source is removed": {
		func(s *released.Schema) { delete(s.DataSources["binauthz_policy"].Attributes, "etag") },
		"data-source/binauthz_policy: `etag` is removed",
	},
	"a required attribute is new": {func(s *released.Schema) {
		s.Resources["binauthz_note"].Attributes["owner"] = &released.Attribute{Type: "String", Required: true}
	}, "resource/binauthz_note: `owner` is new and required"},
	"a nested attribute that is required is new": {func(s *released.Schema) {
		on(s, "binauthz_note", "related_url").Attributes["kind"] = &released.Attribute{Type: "String", Required: true}
	}, "resource/binauthz_note: `related_url.kind` is new and required"},
	"an optional attribute is required": {func(s *released.Schema) {
		a := on(s, "binauthz_note", "short_description")
		a.Required, a.Optional, a.Computed = true, false, false
	}, "resource/binauthz_note: `short_description` is required"},
	"an attribute is computed alone": {
		func(s *released.Schema) { on(s, "binauthz_attestor", "description").Optional = false },
		"resource/binauthz_attestor: `description` can no longer be set",
	},
	"an attribute is not computed any more": {
		func(s *released.Schema) { on(s, "binauthz_attestor", "description").Computed = false },
		"resource/binauthz_attestor: `description` no longer has a value if absent",
	},
	"an optional attribute is computed too": {
		func(s *released.Schema) { on(s, "binauthz_attestation", "kms_key_version").Computed = true },
		"resource/binauthz_attestation: `kms_key_version` keeps its value",
	},
	"an attribute is sensitive": {
		func(s *released.Schema) { on(s, "binauthz_note", "name").Sensitive = true }, "resource/binauthz_note: `name` is sensitive",
	},
	"an attribute is write-only": {
		func(s *released.Schema) { on(s, "binauthz_note", "name").WriteOnly = true }, "resource/binauthz_note: `name` is write-only",
	},
	"a type changes": {
		func(s *released.Schema) { on(s, "binauthz_policy", "must_admit").Type = "Set[String]" },
		"resource/binauthz_policy: `must_admit` was List[String] and is Set[String]",
	},
	"a list is a set": {
		func(s *released.Schema) { on(s, "binauthz_attestor", "public_keys").Nesting = "set" },
		"resource/binauthz_attestor: `public_keys` was list of nested attributes and is set",
	},
	"a default changes": {
		func(s *released.Schema) { on(s, "binauthz_policy", "deletion_policy").Default = `"RESET"` },
		"resource/binauthz_policy: `deletion_policy` has the default \"RESET\", and had \"RESTORE\"",
	},
	"a default is new": {
		func(s *released.Schema) { on(s, "binauthz_attestor", "description").Default = `"x"` },
		"resource/binauthz_attestor: `description` has the default \"x\", and had none",
	},
	"a default is gone": {
		func(s *released.Schema) { on(s, "binauthz_policy", "deletion_policy").Default = "" },
		"resource/binauthz_policy: `deletion_policy` has the default none",
	},
	"a change replaces the object": {
		func(s *released.Schema) { on(s, "binauthz_attestor", "description").Replaces = true },
		"resource/binauthz_attestor: `description` replaces the object when it changes",
	},
	"a value is not taken any more": {func(s *released.Schema) {
		a := on(s, "binauthz_policy", "deletion_policy")
		a.OneOf = slices.DeleteFunc(slices.Clone(a.OneOf), func(v string) bool { return v == "ABANDON" })
	}, "resource/binauthz_policy: `deletion_policy` no longer accepts \"ABANDON\""},
	"only some values are taken": {
		func(s *released.Schema) { on(s, "binauthz_attestor", "description").OneOf = []string{"A"} },
		"resource/binauthz_attestor: `description` accepts only [\"A\"]",
	},
	"a value is validated": {func(s *released.Schema) {
		on(s, "binauthz_attestor", "description").Validators = []string{"stringvalidator.lengthAtMostValidator 3"}
	}, "resource/binauthz_attestor: `description` has another check"},
	"a limit is closer": {func(s *released.Schema) {
		on(s, "binauthz_note", "human_readable_name").Validators = []string{"stringvalidator.lengthAtLeastValidator 9"}
	}, "resource/binauthz_note: `human_readable_name` has another check"},
	"a schema has an older version": {
		func(s *released.Schema) { s.Resources["binauthz_note"].Version = -1 }, "resource/binauthz_note has the schema version -1",
	},
	"an identity loses an attribute": {
		func(s *released.Schema) { delete(s.Resources["binauthz_note"].Identity, "project") },
		"resource/binauthz_note: `identity.project` is removed",
	},
	"an identity has another type": {
		func(s *released.Schema) { s.Resources["binauthz_note"].Identity["name"].Type = "Number" },
		"resource/binauthz_note: `identity.name` was String and is Number",
	},
	"an identity needs more": {func(s *released.Schema) {
		s.Resources["binauthz_note"].Identity["project"] = &released.Attribute{Type: "String", Required: true}
	}, "resource/binauthz_note: `identity.project` is required"},
	"an identity needs something new": {func(s *released.Schema) {
		s.Resources["binauthz_note"].Identity["location"] = &released.Attribute{Type: "String", Required: true}
	}, "resource/binauthz_note: `identity.location` is new and required"},
	"a function takes more": {func(s *released.Schema) {
		s.Functions["parse_image"].Parameters = append(s.Functions["parse_image"].Parameters, &released.Parameter{Type: "String"})
	}, "function/parse_image takes 2 arguments, and took 1"},
	"a function takes another type": {
		func(s *released.Schema) { s.Functions["parse_image"].Parameters[0].Type = "Number" },
		"function/parse_image takes Number as argument 1, and took String",
	},
	"a function returns less": {func(s *released.Schema) {
		f := s.Functions["parse_image"]
		f.Returns = strings.Replace(f.Returns, `"digest":String, `, "", 1)
	}, "function/parse_image returns Object["},
}

func renameDataSource(s *released.Schema) {
	s.DataSources["binauthz_all_attestors"] = s.DataSources["binauthz_attestors"]
	delete(s.DataSources, "binauthz_attestors")
}

func TestBreakingChanges(t *testing.T) {
	t.Parallel()
	for name, c := range breaking {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := baseline(t)
			c.change(after)
			found := released.Compare(baseline(t), after)
			if len(found) != 1 || !strings.HasPrefix(found[0].String(), c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
			if len(released.Silent(found, nil)) != len(found) {
				t.Error("a changelog without a line announces it")
			}
		})
	}
}

// compatible are changes without a break.
var compatible = map[string]func(*released.Schema){
	"nothing": func(*released.Schema) {},
	"new constructs": func(s *released.Schema) {
		s.Resources["binauthz_new"], s.DataSources["binauthz_new"] = s.Resources["binauthz_note"], s.DataSources["binauthz_policy"]
		s.Lists["binauthz_new"], s.Functions["new"] = s.Lists["binauthz_note"], s.Functions["parse_image"]
		s.Actions["binauthz_new"] = s.Actions["binauthz_sign_attestation"]
	},
	"new attributes": func(s *released.Schema) {
		s.Resources["binauthz_note"].Attributes["a"] = &released.Attribute{Type: "String", Optional: true}
		s.Resources["binauthz_note"].Attributes["b"] = &released.Attribute{Type: "String", Computed: true}
		on(s, "binauthz_attestor", "public_keys").Attributes["c"] = &released.Attribute{Type: "String", Optional: true, Computed: true}
	},
	"a required attribute is optional": func(s *released.Schema) {
		a := on(s, "binauthz_note", "human_readable_name")
		a.Required, a.Optional = false, true
	},
	"more values are taken": func(s *released.Schema) {
		a := on(s, "binauthz_policy", "deletion_policy")
		a.OneOf = append(slices.Clone(a.OneOf), "NEW")
	},
	"every value is taken": func(s *released.Schema) { on(s, "binauthz_policy", "deletion_policy").OneOf = nil },
	"a check is gone":      func(s *released.Schema) { on(s, "binauthz_note", "human_readable_name").Validators = nil },
	"a limit is further": func(s *released.Schema) {
		on(s, "binauthz_note", "human_readable_name").Validators[0] = "stringvalidator.lengthAtLeastValidator 0"
	},
	"a change does not replace any more": func(s *released.Schema) { on(s, "binauthz_note", "name").Replaces = false },
	"an identity can have more": func(s *released.Schema) {
		s.Resources["binauthz_note"].Identity["x"] = &released.Attribute{Type: "String", Optional: true}
	},
	"a function takes more at its end": func(s *released.Schema) {
		s.Functions["parse_image"].Variadic = &released.Parameter{Type: "String"}
	},
	"a schema has a newer version": func(s *released.Schema) { s.Resources["binauthz_note"].Version++ },
	"a function returns an object of more": func(s *released.Schema) {
		f := s.Functions["parse_image"]
		f.Returns = strings.Replace(f.Returns, "[", `["a":Object["b":Bool], `, 1)
	},
}

func TestCompatibleChanges(t *testing.T) {
	t.Parallel()
	for name, change := range compatible {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := baseline(t)
			change(after)
			if found := released.Compare(baseline(t), after); len(found) > 0 {
				t.Errorf("found %q", found)
			}
		})
	}
}

// TestChangedImports reads imports of the last release with a source unable to read them, or with
// another result.
func TestChangedImports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		was  *released.Import
		want string
	}{
		"an id is not taken": {
			&released.Import{ID: "a/b/c/d"}, "resource/binauthz_note: `id` can no longer be imported by the id a/b/c/d",
		},
		"an id is another object": {
			&released.Import{ID: "built", Attributes: map[string]string{"name": "x"}},
			"resource/binauthz_note: `id` reads the id built as name",
		},
		"an identity is not taken": {
			&released.Import{Identity: map[string]string{"name": "a/b/c/d"}},
			"resource/binauthz_note: `identity` can no longer be imported by an identity",
		},
		"an identity is another object": {
			&released.Import{Identity: map[string]string{"name": "built"}, Attributes: map[string]string{"name": "x"}},
			"resource/binauthz_note: `identity` reads an identity as name",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := baseline(t)
			before.Resources["binauthz_note"].Imports = []*released.Import{c.was}
			found := released.CompareImports(t.Context(), before, importer(t))
			if len(found) != 1 || !strings.HasPrefix(found[0].String(), c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

func TestAnnouncements(t *testing.T) {
	t.Parallel()
	whole := []released.Break{{Construct: "resource/binauthz_note", What: "is removed"}}
	part := []released.Break{{Construct: "resource/binauthz_note", Path: "related_url.url", What: "is removed"}}
	for name, c := range map[string]struct {
		changelog string
		found     []released.Break
		announced bool
	}{
		"the attribute": {
			"## 1.0.0 (Unreleased)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note: `related_url.url` is `href`\n", part, true,
		},
		"the resource": {"## 1.0.0 (Unreleased)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note is removed\n", whole, true},
		"several": {
			"## 1.0.0 (Unreleased)\n\nBREAKING CHANGES:\n\n* provider: `x` is gone\n* resource/binauthz_note: `a` and " +
				"`related_url.url` are gone\n\nFEATURES:\n",
			part, true,
		},
		"another attribute": {
			"## 1.0.0 (Unreleased)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note: `related_url` is gone\n", part, false,
		},
		"another resource": {
			"## 1.0.0 (Unreleased)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note_iam_member: `related_url.url` is gone\n", part, false,
		},
		"another heading": {
			"## 1.0.0 (Unreleased)\n\nBREAKING CHANGES:\n\nFEATURES:\n\n* resource/binauthz_note: `related_url.url` is gone\n", part, false,
		},
		"an older release": {
			"## 1.0.0 (Unreleased)\n\n## 0.9.0 (January 2, 2027)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note: `related_url.url` " +
				"is gone\n",
			part, false,
		},
		"the compared release": {
			"## 0.9.0 (January 2, 2027)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note: `related_url.url` is gone\n", part, false,
		},
		"a new release with its date": {
			"## 1.0.0 (January 2, 2027)\n\nBREAKING CHANGES:\n\n* resource/binauthz_note: `related_url.url` is gone\n", part, true,
		},
	} {
		if silent := released.Silent(c.found, released.Announced(c.changelog, "0.9.0")); (len(silent) == 0) != c.announced {
			t.Errorf("%s: %q are silent", name, silent)
		}
	}
}

func TestLastRelease(t *testing.T) {
	t.Parallel()
	for changelog, want := range map[string]string{
		"## 0.1.0 (Unreleased)\n": "",
		"## 0.2.0 (Unreleased)\n\n## 0.1.1 (May 2, 2027)\n\n## 0.1.0 (January 2, 2027)\n": "0.1.1",
	} {
		if got := released.LastRelease(changelog); got != want {
			t.Errorf("%q: %q", changelog, got)
		}
	}
}
