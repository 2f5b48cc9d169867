package conformance_test

import (
	"strings"
	"testing"
)

// TestAddressesOfSources: an address that programs read in different ways is never certainly
// trusted.
func TestAddressesOfSources(t *testing.T) {
	t.Parallel()
	const (
		check = `"slsaCheck": {"rules": [{"trustedBuilder": "GOOGLE_CLOUD_BUILD", ` +
			`"attestationSource": {"containerAnalysisAttestationProjects": ["projects/p1"]}, "trustedSourceRepoPatterns": [PATTERN]}]}`
		exact = `"git.example.com/acme/web"`
		below = `"git.example.com/acme/**"`
	)
	rows := map[string]row{}
	for address, c := range map[string]struct{ exact, below string }{
		"https://git.example.com/acme/web":                            {yes, yes},
		"git.example.com/acme/web":                                    {yes, yes},
		"git+https://git.example.com/acme/web@refs/heads/fix/a.b_c-d": {yes, yes},
		"git+https://git.example.com/acme/web@v1.2.3+x":               {yes, yes},
		"git+https://git.example.com/acme/web@refs/pull/12/merge":     {yes, yes},
		"git+https://git.example.com/acme/web@refs/tags/web@1.2.3":    {yes, yes},
		"git+https://git.example.com/acme/web@refs/tags/@acme/x@1.0":  {yes, yes},
		"git+https://git.example.com/acme/web@refs/heads/fix/#1,(a)!": {yes, yes},
		"https://git.example.com/acme/web/commit/2CE3f90":             {yes, yes},
		"https://git.example.com/acme/web#1700000000":                 {yes, yes},
		"https://git.example.com/acme/.web":                           {non, yes},
		"https://git.example.com/acme/web..x/a.b~c/d":                 {non, yes},
		"https://git.example.com/acme/web/commit/main":                {non, yes},
		"https://git.example.com:8443/acme/web":                       {non, non},
		"https://git.example.com.evil.example/acme/web":               {non, non},
		"https://git.example.com/acme/../evil/web":                    {nonOrYes, nonOrYes},
		"https://git.example.com/acme/./web":                          {nonOrYes, nonOrYes},
		"https://git.example.com/evil/../acme/web":                    {nonOrYes, nonOrYes},
		"https://git.example.com/acme/.../web":                        {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web/..":                         {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@x/../../../evil/web":        {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@refs/../../../evil/web":     {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@refs/x@evil.example/web":    {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@refs/#/../../evil/web":      {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@..":                         {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@x/evil/web":                 {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@x@y":                        {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@":                           {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web@refs/":                      {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web#../../evil/web":             {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web#x@evil.example/web":         {nonOrYes, nonOrYes},
		"https://git.example.com/acme/%2e%2e/evil/web":                {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web%2f..%2f..%2fevil":           {nonOrYes, nonOrYes},
		"https://git.example.com/acme\\..\\evil/web":                  {nonOrYes, nonOrYes},
		"https://git.example.com\\@evil.example/acme/web":             {nonOrYes, nonOrYes},
		"https://git.example.com/acme//web":                           {nonOrYes, nonOrYes},
		"https://git.example.com//acme/web":                           {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web/":                           {nonOrYes, nonOrYes},
		"https:///git.example.com/acme/web":                           {nonOrYes, nonOrYes},
		"https://https://git.example.com/acme/web":                    {nonOrYes, nonOrYes},
		"https://evil@git.example.com/acme/web":                       {nonOrYes, nonOrYes},
		"https://git.example.com@evil.example/acme/web":               {nonOrYes, nonOrYes},
		"https://git.example.com:443@evil.example/acme/web":           {nonOrYes, nonOrYes},
		"https://git.example.com@evil.example":                        {nonOrYes, nonOrYes},
		"git@git.example.com:acme/web":                                {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web?x=/../evil":                 {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web x":                          {nonOrYes, nonOrYes},
		"https://git.example.com/acme/web\n":                          {nonOrYes, nonOrYes},
		"https://git.example.com/acme/wéb":                            {nonOrYes, nonOrYes},
	} {
		has := func(tb testing.TB, s *stage) {
			tb.Helper()
			s.put("p1", "BUILD", image, occurrence(tb, strings.NewReplacer(
				"\"https://github.com/org/app/commit/2ce3f90\"", quoted(address), `, {"uri": "git+https://github.com/org/lib.git"}`, "",
			).Replace(v01)))
		}
		for _, by := range []struct{ patterns, want string }{{exact, c.exact}, {below, c.below}} {
			doubt := ""
			if by.want == nonOrYes {
				doubt = "several ways"
			}
			rows[address+" by "+by.patterns] = row{strings.Replace(check, "PATTERN", by.patterns, 1), image, has, by.want, doubt}
		}
	}
	judge(t, rows)
}
