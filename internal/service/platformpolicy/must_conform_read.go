package platformpolicy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// wanted is an element of must_conform.
type wanted struct {
	at   path.Path
	pods []workload.Pod
}

// readMustConform returns the known elements of must_conform, and the paths of the others.
func readMustConform(list attr.Value) (known []wanted, unknown []string, err error) {
	at := path.Root(fieldMustConform)
	if isUnknown(list) {
		return nil, []string{notKnown(at)}, nil
	}
	for i, element := range elements(list) {
		at := at.AtListIndex(i)
		if !isPlaceKnown(element) {
			unknown = append(unknown, notKnown(at))
			continue
		}
		pods, err := podsOf(element, at)
		if err != nil {
			return nil, nil, err
		}
		known = append(known, wanted{at, pods})
	}
	return known, unknown, nil
}

func notKnown(at path.Path) string { return at.String() + ": its value is not known" }

func isPlaceKnown(element attr.Value) bool {
	attributes := []string{fieldImage, fieldManifest, fieldNamespace, fieldServiceAccount}
	return !isUnknown(element) &&
		!slices.ContainsFunc(attributes, func(name string) bool { return isUnknown(attribute(element, name)) })
}

// podsOf returns the pods of a known element: one for the image, or those of the manifest. The
// namespace and the service account of the element are for pods without their own.
func podsOf(element attr.Value, at path.Path) (pods []workload.Pod, err error) {
	image, manifest := text(attribute(element, fieldImage)), text(attribute(element, fieldManifest))
	given := at.AtName(fieldImage)
	switch {
	case (image == "") == (manifest == ""):
		return nil, &lifecycle.AttributeError{Path: at, Err: errors.New("set exactly one of image and manifest")}
	case image != "":
		pods = []workload.Pod{{Containers: []workload.Container{{Image: image}}}}
	default:
		given = at.AtName(fieldManifest)
		if pods, err = workload.ParseManifests(manifest); err != nil {
			return nil, &lifecycle.AttributeError{Path: given, Err: fmt.Errorf("cannot read the manifest: %w", err)}
		}
	}
	namespace, account := text(attribute(element, fieldNamespace)), text(attribute(element, fieldServiceAccount))
	if image != "" {
		namespace, account = cmp.Or(namespace, "default"), cmp.Or(account, "default")
	}
	for i := range pods {
		for _, c := range pods[i].Containers {
			if _, err := admission.ParseImage(c.Image); err != nil {
				return nil, &lifecycle.AttributeError{Path: given, Err: err}
			}
		}
		place(&pods[i], namespace, account)
	}
	return pods, nil
}

// place sets the namespace and the service account of a pod that has none.
func place(pod *workload.Pod, namespace, account string) {
	pod.Namespace = cmp.Or(pod.Namespace, namespace)
	if account != "" && (pod.AccountAssumed || pod.ServiceAccount == "") {
		pod.ServiceAccount, pod.AccountAssumed = account, false
	}
}

func validateMustConform(c *change) {
	for i, element := range elements(c.Config.MustConform) {
		if element.IsNull() || !isPlaceKnown(element) { // the schema refuses null
			continue
		}
		_, err := podsOf(element, path.Root(fieldMustConform).AtListIndex(i))
		refuseWorkload(c, err)
	}
}

// refuseWorkload reports an element that is no workload, at its attribute.
func refuseWorkload(c *change, err error) {
	if at, ok := errors.AsType[*lifecycle.AttributeError](err); ok {
		c.Diags.AddAttributeError(at.Path, "Invalid workload", at.Error()+".")
	}
}
