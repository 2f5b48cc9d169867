package asset

import (
	"regexp"
	"strings"

	"cloud.google.com/go/asset/apiv1/assetpb"
)

// query holds the exact comparisons of a query
// (https://cloud.google.com/asset-inventory/docs/query-syntax). All must hold. The rest of the
// syntax, such as words and prefixes, is refused.
type query []equality

type equality struct {
	of   func(*assetpb.ResourceSearchResult) string
	want string
}

var (
	equal = regexp.MustCompile(`^\s*([A-Za-z]+)\s*=\s*("[^"]*"|[^\s"():=<>*]+)(?:\s+AND\b|\s|$)`)

	searchable = map[string]func(*assetpb.ResourceSearchResult) string{
		"name":                   (*assetpb.ResourceSearchResult).GetName,
		"displayName":            (*assetpb.ResourceSearchResult).GetDisplayName,
		"location":               (*assetpb.ResourceSearchResult).GetLocation,
		"parentFullResourceName": (*assetpb.ResourceSearchResult).GetParentFullResourceName,
		"project":                func(r *assetpb.ResourceSearchResult) string { return id(r.GetProject()) },
	}
)

func parseQuery(text string) (q query, err error) {
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := equal.FindStringSubmatch(rest)
		if m == nil || searchable[m[1]] == nil {
			return nil, invalid("query: %q is not emulated: "+
				"want name, displayName, location, project or parentFullResourceName, with =.", rest)
		}
		q = append(q, equality{searchable[m[1]], strings.Trim(m[2], `"`)})
		rest = rest[len(m[0]):]
		if strings.HasSuffix(m[0], "AND") && strings.TrimSpace(rest) == "" {
			return nil, invalid("query: nothing follows AND in %q.", text)
		}
	}
	return q, nil
}

func (q query) matches(r *assetpb.ResourceSearchResult) bool {
	for _, e := range q {
		if e.of(r) != e.want {
			return false
		}
	}
	return true
}
