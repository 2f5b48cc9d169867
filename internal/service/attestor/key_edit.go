package attestor

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

type apiKey = binaryauthorizationpb.AttestorPublicKey

func keysOf(a *gcp.Attestor) []*apiKey { return a.GetUserOwnedGrafeasNote().GetPublicKeys() }

// indexOf returns the index of a key in an attestor, or -1.
func indexOf(a *gcp.Attestor, k *keyModel) int { return slices.IndexFunc(keysOf(a), k.is) }

// addKey adds a key to an attestor. If sent, an earlier write with the key may have succeeded.
func addKey(a *gcp.Attestor, k *keyModel, sent bool) error {
	note := a.GetUserOwnedGrafeasNote()
	i := indexOf(a, k)
	switch {
	case i < 0 && note != nil:
		note.PublicKeys = append(note.PublicKeys, k.toAPI())
	case i < 0:
		return &gcp.Error{
			Kind: gcp.KindFailed, Method: "UpdateAttestor", Resource: a.GetName(), Message: "the attestor has no note, and so no keys",
		}
	case !sent || !k.isNow(note.PublicKeys[i]):
		return &gcp.Error{
			Kind: gcp.KindExists, Method: "UpdateAttestor", Resource: resourceAt(a, i),
			Message: "the attestor already has a key with this id",
		}
	}
	return nil
}

// replaceKey replaces the text or comment of a key, if it still equals the planned version.
func replaceKey(a *gcp.Attestor, saw, wish *keyModel) error {
	i := indexOf(a, saw)
	switch {
	case i < 0:
		return keyChanged(a, saw, "it was deleted")
	case !saw.isNow(keysOf(a)[i]) && !wish.isNow(keysOf(a)[i]):
		return keyChanged(a, saw, "it has another text or comment")
	}
	keysOf(a)[i] = wish.toAPI()
	return nil
}

// removeKey removes a key, unless its id has another key now.
func removeKey(a *gcp.Attestor, saw *keyModel) error {
	i := indexOf(a, saw)
	if i < 0 {
		return nil // already removed
	}
	if now := keyFromAPI(keysOf(a)[i], saw); !saw.staysAs(now) {
		return keyChanged(a, saw, "it has another text")
	}
	note := a.GetUserOwnedGrafeasNote()
	note.PublicKeys = slices.Delete(note.PublicKeys, i, i+1)
	return nil
}

// isNow reports whether the live key equals k, ignoring the layout of its text.
func (k *keyModel) isNow(key *apiKey) bool {
	now, wish := keyFromAPI(key, k), *k
	if wish.ID.IsUnknown() {
		wish.ID = now.ID
	}
	return wish.same(now)
}

func resourceOf(a *gcp.Attestor, k *keyModel) string {
	return walk.Key{Attestor: a.GetName(), ID: k.ID.ValueString()}.Resource()
}

// resourceAt names the key at an index. Its id is known, even if the plan cannot know it.
func resourceAt(a *gcp.Attestor, i int) string {
	return walk.Key{Attestor: a.GetName(), ID: keysOf(a)[i].GetId()}.Resource()
}

func keyChanged(a *gcp.Attestor, k *keyModel, how string) error {
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdateAttestor", Resource: resourceOf(a, k),
		Message: "the key has changed since the plan, and nothing was written: " + how,
		Remedy:  "Make a new plan, review it, and apply it.",
	}
}
