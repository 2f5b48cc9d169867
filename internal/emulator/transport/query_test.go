package transport

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTakeDialect(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct {
		dialect
		rest string
	}{
		"$alt=json;enum-encoding=int":                          {dialect{enumNumbers: true}, ""},
		"%24alt=json%3Benum-encoding%3Dint&prettyPrint=false":  {dialect{enumNumbers: true, compact: true}, ""},
		"alt=json&key=k&quotaUser=u&access_token=t&pageSize=3": {dialect{}, "pageSize=3"},
		"fields=clusters(name)&$prettyPrint=0":                 {dialect{fields: "clusters(name)", compact: true}, ""},
		"updateMask=long_description,related_url":              {dialect{}, "updateMask=longDescription%2CrelatedUrl"},
		"update_mask=attestation.hint":                         {dialect{}, "update_mask=attestation.hint"},
		"$fields=name&a=b;c":                                   {dialect{fields: "name"}, "a=b%3Bc"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/v1/projects/p/policy", nil)
		r.URL.RawQuery = query
		if got := takeDialect(r); got != want.dialect || r.URL.RawQuery != want.rest {
			t.Errorf("%s: %+v and %q are left", query, got, r.URL.RawQuery)
		}
	}
}
