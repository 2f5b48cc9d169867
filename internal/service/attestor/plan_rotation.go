package attestor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// warnOfLostAttestations tells at plan how many attestations only the keys that leave can verify, where an image is left
// without any. The second half of a rotation, when every image has been attested again, warns of nothing. A new attestor on the
// same note with the same keys verifies what the old one did.
func warnOfLostAttestations(ctx context.Context, c *change) {
	if c.Prior == nil || c.Clients.Unconfigured() {
		return
	}
	if why := leavesNote(c); why != "" {
		warnOfLostAttestor(ctx, c, why)
		return
	}
	if c.Model.PublicKeys.IsUnknown() {
		return
	}
	keys := rotation{before: c.Prior.keys(ctx, c.Diags), after: c.Model.keys(ctx, c.Diags)}
	if !keys.leave() {
		return
	}
	if lost, images := keys.lost(attestations(ctx, c, "A key leaves "+c.Prior.name().String())); len(images) > 0 {
		c.Diags.AddAttributeWarning(path.Root("public_keys"), lifecycle.About("Attestations lose their only key", c.Prior.name().String()), lostDetail(c.Prior.name().String(), lost, images))
	}
}

// attestations are those on the attestor's note; none where the note is gone. Where they cannot be listed, a warning says so, and
// what happens.
func attestations(ctx context.Context, c *change, what string) []*gcp.Occurrence {
	return attestationsOn(ctx, c.Clients, c.Diags, c.Prior.note(), c.Prior.name().String(), what)
}

func attestationsOn(ctx context.Context, clients *gcp.Clients, diags *diag.Diagnostics, note, attestor, what string) []*gcp.Occurrence {
	occurrences, err := clients.Attestations(ctx, note, "")
	if err != nil && !gcp.IsKind(err, gcp.KindNotFound) {
		diags.AddWarning(lifecycle.About("Attestations were not looked at", attestor),
			what+", and whether attestations lose by that what verifies them could not be found out: "+lifecycle.Words(err))
	}
	return occurrences
}

// rotation is a change of an attestor's keys.
type rotation struct{ before, after []keyModel }

// leave says whether a key is taken away, or another put under its id.
func (r rotation) leave() bool {
	return slices.ContainsFunc(r.before, func(k keyModel) bool { return !slices.ContainsFunc(r.after, k.staysAs) })
}

// staysAs says whether o is the same key. One whose text is not known yet is taken for the same if its id is.
func (k *keyModel) staysAs(o keyModel) bool {
	return k.ID.Equal(o.ID) && (o.PKIX.IsUnknown() || k.PKIX.IsNull() == o.PKIX.IsNull() && attest.EqualPEM(k.pem().ValueString(), o.pem().ValueString()) || k.samePGP(o))
}

// lost counts the attestations that verify now and would not with the keys after the change, and names the images that would
// be left without any that verifies.
func (r rotation) lost(occurrences []*gcp.Occurrence) (lost int, images []string) {
	before, after := keyring(r.before), keyring(r.after)
	kept, losers := map[string]bool{}, map[string]string{}
	for _, occurrence := range occurrences {
		attestation, digest := occurrence.GetAttestation(), gcp.DigestOf(occurrence)
		switch {
		case gcp.Proven(after, attestation, digest) == nil || r.mayStillVerify(occurrence):
			kept[digest] = true
		case gcp.Proven(before, attestation, digest) == nil:
			lost++
			losers[digest] = strings.TrimPrefix(occurrence.GetResourceUri(), "https://")
		}
	}
	for digest, image := range losers {
		if !kept[digest] {
			images = append(images, image)
		}
	}
	slices.Sort(images)
	return lost, images
}

// mayStillVerify says that a key is named whose text the apply will fetch from Cloud KMS.
func (r rotation) mayStillVerify(occurrence *gcp.Occurrence) bool {
	for _, signature := range occurrence.GetAttestation().GetSignatures() {
		if slices.ContainsFunc(r.after, func(k keyModel) bool { return k.PKIX.IsUnknown() && k.ID.ValueString() == signature.GetPublicKeyId() }) {
			return true
		}
	}
	return false
}

// keyring is the keys whose text is known.
func keyring(keys []keyModel) attest.Keyring {
	var ring attest.Keyring
	for i := range keys {
		if k := &keys[i]; k.textKnown() {
			algorithm, _ := attest.ParseAlgorithm(k.algorithm().ValueString()) // none verifies nothing
			ring = append(ring, attest.Key{ID: k.ID.ValueString(), PGP: k.armored().ValueString(), PEM: k.pem().ValueString(), Algorithm: algorithm})
		}
	}
	return ring
}

// textKnown says that the key itself is known, and its id.
func (k *keyModel) textKnown() bool {
	return !k.ID.IsUnknown() && !k.PKIX.IsUnknown() && !k.pem().IsUnknown() && !k.algorithm().IsUnknown() && !k.armored().IsUnknown()
}

const mostImages = 10

func lostDetail(attestor string, lost int, images []string) string {
	return fmt.Sprintf("%d of the attestations of %s verify with none of the keys that stay, and these images have no other (%d):\n%s\n"+
		"Where a policy requires this attestor, they are refused from then on. Attest them with a key that stays before the old key is removed.",
		lost, attestor, len(images), listOf(images))
}

func listOf(images []string) string {
	shown := images[:min(len(images), mostImages)]
	list := "  " + strings.Join(shown, "\n  ")
	if more := len(images) - len(shown); more > 0 {
		list += fmt.Sprintf("\n  and %d more", more)
	}
	return list
}
