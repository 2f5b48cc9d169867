package admission_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

func FuzzParseImage(f *testing.F) {
	for _, s := range []string{"", "nginx", app, "localhost:5000/a:1", "gcr.io/a@sha256:x", "https://gcr.io/a", "gcr.io/a:b:c", "a//b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := admission.ParseImage(s)
		if err != nil {
			if i != (admission.Image{}) {
				t.Errorf("%q is refused and still something: %+v", s, i)
			}
			return
		}
		if i.String() != s {
			t.Errorf("%q comes back as %q", s, i)
		}
		if again, err := admission.ParseImage(i.String()); err != nil || again != i {
			t.Errorf("%q is read differently the second time: %+v, %v", s, again, err)
		}
		if strings.ContainsAny(s, "* \t\r\n") || strings.Contains(s, "//") {
			t.Errorf("%q is taken for an image", s)
		}
	})
}

func FuzzCheckPattern(f *testing.F) {
	for _, s := range append(admission.SystemImages(), "", "*", "gcr.io*", "gcr.io/***", "gcr.io/a*b", "a b", "gcr.io/") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := admission.CheckPattern(s)
		if err == nil && strings.Contains(strings.TrimRight(s, "*"), "*") {
			t.Errorf("%q has a wildcard inside and is taken", s)
		}
		if _, image := admission.ParseImage(s); err != nil && image == nil {
			t.Errorf("%q is an image and no pattern: %v", s, err)
		}
		problems := admission.Policy{Default: allow, Patterns: []string{s}}.Check()
		if (err == nil) != (len(problems) == 0) {
			t.Errorf("%q: the pattern has the error %v, the policy %v", s, err, problems)
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("gcr.io/p/app:1", 7)
	f.Add(app, 12)
	f.Add("localhost:5000/a/b/c", 15)
	f.Add("nginx", 2)
	f.Fuzz(func(t *testing.T, image string, cut int) {
		if _, err := admission.ParseImage(image); err != nil || cut < 0 || cut > len(image) {
			t.Skip("the properties are about images and their beginnings")
		}
		if ok, err := admission.Match(image, image); !ok || err != nil {
			t.Errorf("%q does not match itself: %v", image, err)
		}
		prefix, rest := image[:cut], image[cut:]
		one, err1 := admission.Match(prefix+"*", image)
		two, err2 := admission.Match(prefix+"**", image)
		if (err1 == nil) != (err2 == nil) {
			t.Errorf("%q: * is %v and ** is %v", prefix, err1, err2)
		}
		if err1 != nil {
			return
		}
		if !two || one != !strings.Contains(rest, "/") {
			t.Errorf("%q on %q: * %v, ** %v", prefix, image, one, two)
		}
		if other, _ := admission.Match(prefix+"*", "x"+image); other {
			t.Errorf("%q* matches x%s", prefix, image)
		}
	})
}

func FuzzPolicies(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		var c tally
		c.run(t, seed, 20)
	})
}
