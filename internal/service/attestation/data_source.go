package attestation

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// readAttestor reads the current version of the attestor in the attribute "attestor".
func readAttestor(ctx context.Context, clients *gcp.Clients, text, project string) (resname.Attestor, *gcp.Attestor, error) {
	name, err := resname.ParseAttestor(text, project)
	if err != nil {
		return name, nil, at("attestor", err)
	}
	attestor, err := clients.FreshAttestor(ctx, name)
	return name, attestor, at("attestor", err)
}

// digestOf is the digest in the attribute "image".
func digestOf(image string) (string, error) {
	parsed, err := admission.ParseImage(image)
	if err == nil && parsed.Digest == "" {
		err = errors.New(howToResolve(image))
	}
	return parsed.Digest, at("image", err)
}

// inOneLine formats the text of an error as a reason.
func inOneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// digested accepts an image with a digest.
var digested = lifecycle.Check("Invalid image", "must be an image with a digest, registry/repository@sha256:…", func(image string) error {
	_, err := digestOf(image)
	return err
})

func shown(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}
