package gcp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// attachOccurrence is the permission on the note required by a create, next to the one on the
// project of the occurrence. Source:
// https://cloud.google.com/binary-authorization/docs/creating-attestations-console (roles on the
// note and on the project).
var attachOccurrence = method{
	"CreateOccurrence", serviceAnalysis, "containeranalysis.notes.attachOccurrence", "roles/containeranalysis.notes.attacher",
}

// attachDenied sets the remedy of a denied create. Google's text names the missing permission; if
// it names neither, the remedy names both.
func attachDenied(err error, note string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != KindDenied {
		return err
	}
	at, parseErr := resname.ParseNote(note, "")
	if parseErr != nil {
		return err
	}
	onNote := fmt.Sprintf("The permission %s is missing on %s. The role %s grants it, on the note or on its project: "+
		"gcloud projects add-iam-policy-binding %s --member=MEMBER --role=%s",
		attachOccurrence.permission, note, attachOccurrence.role, at.Project, attachOccurrence.role)
	switch {
	case strings.Contains(e.Message, attachOccurrence.permission):
		e.Remedy = onNote
	case !strings.Contains(e.Message, createOccurrence.permission):
		e.Remedy += "\n" + onNote
	}
	return e
}

// deniedOn sets the remedy of a denied call, for a role best granted on one object instead of its
// project.
func deniedOn(err error, m method, on, command string) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == KindDenied {
		e.Remedy = fmt.Sprintf("The permission %s is missing on %s. The role %s grants it: %s --member=MEMBER --role=%s",
			m.permission, on, m.role, command, m.role)
	}
	return err
}
