package binauthz

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// newEtag returns the etag of the next write to name: a quoted checksum, like the service's
// ("\"TrBzUJAbC6O6\"" in JSON).
func (a *API) newEtag(name string) string {
	a.writes++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", name, a.writes, a.world.Clock().UnixNano()))
	return `"` + base64.StdEncoding.EncodeToString(sum[:9]) + `"`
}

// checkEtag refuses a write with the etag of another version. A write without etag always succeeds.
func checkEtag(sent, current string) error {
	if sent != "" && sent != current {
		return errEtag
	}
	return nil
}
