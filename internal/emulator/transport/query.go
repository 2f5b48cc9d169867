package transport

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// system are the query parameters common to all Google APIs and hidden from methods
// (https://cloud.google.com/apis/docs/system-parameters).
var system = []string{
	"$.xgafv", "$alt", "$callback", "$ct", "$fields", "$key", "$prettyPrint", "$outputDefaults", "$apiVersion", "$unique",
	"access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser",
	"uploadType", "upload_protocol", "userIp",
}

var underscored = regexp.MustCompile(`_[a-z]`)

// dialect describes the form of answers for a REST client.
type dialect struct {
	enumNumbers bool
	compact     bool
	fields      string
}

// takeDialect parses the system parameters of r and removes them from its URL.
func takeDialect(r *http.Request) dialect {
	// A semicolon is no separator here: Google's clients send "$alt=json;enum-encoding=int" both
	// escaped and not.
	q, _ := url.ParseQuery(strings.ReplaceAll(r.URL.RawQuery, ";", "%3B"))
	first := func(names ...string) string {
		for _, n := range names {
			if v := q.Get(n); v != "" {
				return v
			}
		}
		return ""
	}
	pretty := first("$prettyPrint", "prettyPrint")
	d := dialect{
		enumNumbers: strings.Contains(first("$alt", "alt"), "enum-encoding=int"),
		compact:     pretty == "false" || pretty == "0",
		fields:      first("$fields", "fields"),
	}
	if d.fields == "" {
		d.fields = r.Header.Get(maskHeader)
	}
	for _, name := range system {
		q.Del(name)
	}
	camelMasks(q)
	spellOut(q)
	r.URL.RawQuery = q.Encode()
	return d
}

// camelMasks changes field masks to the lowerCamelCase of protobuf's JSON. Google accepts the
// protobufs' own names as well. Its Node.js clients send only those.
func camelMasks(q url.Values) {
	for _, name := range append([]string{"updateMask", "update_mask"}, readMasks...) {
		for i, mask := range q[name] {
			q[name][i] = underscored.ReplaceAllStringFunc(mask, func(s string) string { return strings.ToUpper(s[1:]) })
		}
	}
}
