package conformance

import "testing"

const sum = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestPatterns(t *testing.T) {
	t.Parallel()
	for pattern, images := range map[string]map[string]bool{
		"gcr.io/p/app": {
			"gcr.io/p/app":          true,
			"gcr.io/p/app:1":        true,
			"gcr.io/p/app@" + sum:   true,
			"gcr.io/p/app:1@" + sum: true,
			"gcr.io/p/app/x":        false,
			"gcr.io/p/apple":        false,
		},
		"my-image*":   {"my-image": true, "my-image-2:1": true, "my-image/x": false, "a-my-image": false},
		"gcr.io/p/*":  {"gcr.io/p/app:1": true, "gcr.io/p/a/b": false},
		"gcr.io/p/**": {"gcr.io/p/app@" + sum: true, "gcr.io/p/a/b": true, "gcr.io/q/a": false},
		"gcr.io/p/app:v1": {
			"gcr.io/p/app:v1": true, "gcr.io/p/app:v1@" + sum: true, "gcr.io/p/app:v2": false, "gcr.io/p/app@" + sum: false,
		},
		"gcr.io/p/app:v1*": {
			"gcr.io/p/app:v1": true, "gcr.io/p/app:v1.2": true, "gcr.io/p/app:v2": false, "gcr.io/p/app": false,
		},
		"gcr.io/p/app@" + sum:           {"gcr.io/p/app@" + sum: true, "gcr.io/p/app:v1@" + sum: true, "gcr.io/p/app:v1": false},
		"gcr.io/p/app:v1@" + sum:        {"gcr.io/p/app:v1@" + sum: true, "gcr.io/p/app@" + sum: false},
		"registry.example.com:5000/app": {"registry.example.com:5000/app:1": true, "registry.example.com/app:1": false},
	} {
		p, err := ParsePattern(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
		for image, want := range images {
			if p.Matches(image) != want {
				t.Errorf("%s matches %s: %v, want %v", pattern, image, !want, want)
			}
		}
	}
	for _, wrong := range []string{
		"", "*", "**", "/**", "gcr.io/p**", "gcr.io/*/app", "gcr.io/p/*:v1", "gcr.io/p/*@" + sum, "gcr.io/p/app:*", "gcr.io/p/app:",
		"gcr.io/p/app:v*1", "gcr.io/p/app:v1*@" + sum, "gcr.io/p/app@sha256:*", "gcr.io/p/app@", "https://gcr.io/p/app", "gcr.io/p/",
		"/p/app", "gcr.io/p app", "gcr.io/p/***",
	} {
		if err := CheckPattern(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wide, narrow string
		want         bool
	}{
		{"gcr.io/p/**", "gcr.io/p/a/*", true},
		{"gcr.io/p/**", "gcr.io/p/a:v1", true},
		{"gcr.io/p/*", "gcr.io/p/a*", true},
		{"gcr.io/p/*", "gcr.io/p/**", false},
		{"gcr.io/p/*", "gcr.io/p/a/b", false},
		{"gcr.io/p/a", "gcr.io/p/a@" + sum, true},
		{"gcr.io/p/a", "gcr.io/p/a*", false},
		{"gcr.io/p/a:v*", "gcr.io/p/a:v1*", true},
		{"gcr.io/p/a:v1", "gcr.io/p/a:v1*", false},
		{"gcr.io/p/a:v1", "gcr.io/p/a", false},
		{"gcr.io/p/a@" + sum, "gcr.io/p/a", false},
		{"gcr.io/p/a", "gcr.io/p/a", true},
	} {
		wide, _ := ParsePattern(c.wide)
		narrow, _ := ParsePattern(c.narrow)
		if wide.Covers(narrow) != c.want {
			t.Errorf("%s covers %s: %v", c.wide, c.narrow, !c.want)
		}
	}
}

func TestOtherForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		check        func(string) error
		right, wrong []string
	}{
		"directory": {
			CheckDirectory,
			[]string{
				"gcr.io/my-project/my-repo", "*-docker.pkg.dev/my-project/my-repo", "*.gcr.io/my-project", "gcr.io/my-project/*",
				"gcr.io/my-project/**", "us.pkg.dev",
			},
			[]string{
				"", "gcr.i*", "sub*domain.gcr.io/nginx", "*pkg.dev/my-project/my-repo", "**-docker.pkg.dev", "gcr/p", "https://gcr.io/p",
				"gcr.io/*/p", "gcr.io/p/", "gcr.io/p/***", "gcr.io/p:v1",
			},
		},
		"repository": {
			CheckRepository,
			[]string{
				"github.com/my-project/my-repo", "github.com/my-project/*", "github.com/**",
				"source.cloud.google.com/my-project/my-repo-name",
			},
			[]string{"", "https://github.com/a/b", "github.com/a*", "github.com/*/b", "*", "/**", "github.com/a/***"},
		},
		"project": {
			CheckProject, []string{"projects/my-project-1"}, []string{"my-project-1", "projects/123456789", "projects/", "projects/a/b"},
		},
		"cve": {CheckCVE, []string{"CVE-2021-20305", "GHSA-abcd"}, []string{"", "projects/goog-vulnz/notes/CVE-2021-20305", "CVE 1"}},
	} {
		for _, s := range c.right {
			if err := c.check(s); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, s := range c.wrong {
			if c.check(s) == nil {
				t.Errorf("%s: %q is taken", name, s)
			}
		}
	}
}
