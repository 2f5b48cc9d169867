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

// warnOfLostAttestations counts the attestations verified only by leaving keys, if an image has no
// other one. So it warns about nothing in the second half of a rotation, when every image has a new
// attestation. A new attestor on the same note with the same keys verifies the same attestations.
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
	if lost, images := keys.lost(attestations(ctx, c, "A key is removed from "+c.Prior.name().String())); len(images) > 0 {
		c.Diags.AddAttributeWarning(path.Root("public_keys"), lifecycle.About(
			"Attestations lose their only key", c.Prior.name().String()), lostDetail(c.Prior.name().String(), lost, images))
	}
}

// attestations returns the attestations on the attestor's note; none without the note. If they
// cannot be listed, it warns, and names the planned change.
func attestations(ctx context.Context, c *change, what string) []*gcp.Occurrence {
	return attestationsOn(ctx, c.Clients, c.Diags, c.Prior.note(), c.Prior.name().String(), what)
}

func attestationsOn(ctx context.Context, clients *gcp.Clients, diags *diag.Diagnostics, note, attestor, what string) []*gcp.Occurrence {
	occurrences, err := clients.Attestations(ctx, note, "")
	if err != nil && !gcp.IsKind(err, gcp.KindNotFound) {
		diags.AddWarning(lifecycle.About("Could not check attestations", attestor),
			what+". Could not check for attestations that lose their key: "+lifecycle.Words(err))
	}
	return occurrences
}

// rotation is a change of an attestor's keys.
type rotation struct{ before, after []keyModel }

// leave reports whether a key is removed or gets another text.
func (r rotation) leave() bool {
	return slices.ContainsFunc(r.before, func(k keyModel) bool { return !slices.ContainsFunc(r.after, k.staysAs) })
}

// staysAs reports whether o is the same key. An unknown text counts as the same under the same id.
func (k *keyModel) staysAs(o keyModel) bool {
	return k.ID.Equal(o.ID) && (o.PKIX.IsUnknown() || k.PKIX.IsNull() == o.PKIX.IsNull() &&
		attest.EqualPEM(k.pem().ValueString(), o.pem().ValueString()) || k.samePGP(o))
}

// lost counts the attestations that verify now but not after the change. images are those without
// another verifying attestation.
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

// mayStillVerify reports whether a signature names a key still to be fetched from Cloud KMS.
func (r rotation) mayStillVerify(occurrence *gcp.Occurrence) bool {
	for _, signature := range occurrence.GetAttestation().GetSignatures() {
		fetched := func(k keyModel) bool { return k.PKIX.IsUnknown() && k.ID.ValueString() == signature.GetPublicKeyId() }
		if slices.ContainsFunc(r.after, fetched) {
			return true
		}
	}
	return false
}

// keyring returns the keys with a known text.
func keyring(keys []keyModel) attest.Keyring {
	var ring attest.Keyring
	for i := range keys {
		if k := &keys[i]; k.textKnown() {
			algorithm, _ := attest.ParseAlgorithm(k.algorithm().ValueString()) // an empty algorithm verifies nothing
			ring = append(ring, attest.Key{
				ID:        k.ID.ValueString(),
				PGP:       k.armored().ValueString(),
				PEM:       k.pem().ValueString(),
				Algorithm: algorithm,
			})
		}
	}
	return ring
}

// textKnown reports whether the text and the id of the key are known.
func (k *keyModel) textKnown() bool {
	return !k.ID.IsUnknown() && !k.PKIX.IsUnknown() && !k.pem().IsUnknown() && !k.algorithm().IsUnknown() && !k.armored().IsUnknown()
}

const mostImages = 10

func lostDetail(attestor string, lost int, images []string) string {
	return fmt.Sprintf("Attestations that verify only with a removed key: %d\nImages without another valid attestation: %d\n%s\n"+
		"A policy that requires %s then refuses these images. Attest them with a remaining key before you remove the old key.",
		lost, len(images), listOf(images), attestor)
}

func listOf(images []string) string {
	shown := images[:min(len(images), mostImages)]
	list := "  " + strings.Join(shown, "\n  ")
	if more := len(images) - len(shown); more > 0 {
		list += fmt.Sprintf("\n  and %d more", more)
	}
	return list
}
