package platformpolicy

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attributes with a different form in the API.
const (
	allowlist     = "image_allowlist" // the API has an object around the patterns
	allowPattern  = "allowPattern"
	kmsKeyVersion = "kms_key_version" // does not exist in the API
	publicKeyPEM  = "public_key_pem"
	algorithm     = "signature_algorithm"
	keyID         = "key_id"
)

// field returns the API's name of an attribute: "checkSets" for "check_sets".
func field(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// isKnown reports whether a value is fully known.
func isKnown(ctx context.Context, v attr.Value) bool {
	t, err := v.ToTerraformValue(ctx)
	return err == nil && t.IsFullyKnown()
}

// attribute returns an attribute of an object; nil if v is not an object, or is null or unknown.
func attribute(v attr.Value, name string) attr.Value {
	if o, ok := v.(types.Object); ok {
		return o.Attributes()[name]
	}
	return nil
}

// elements returns the elements of a list; none if it is null or unknown.
func elements(v attr.Value) []attr.Value {
	if l, ok := v.(types.List); ok {
		return l.Elements()
	}
	return nil
}

// text returns a known text, otherwise "".
func text(v attr.Value) string {
	if s, ok := v.(types.String); ok {
		return s.ValueString()
	}
	return ""
}

func isNull(v attr.Value) bool    { return v == nil || v.IsNull() }
func isUnknown(v attr.Value) bool { return v != nil && v.IsUnknown() }

// isGiven reports whether a value is known and not null.
func isGiven(v attr.Value) bool { return !isNull(v) && !isUnknown(v) }

// rewriter replaces one key.
type rewriter func(key types.Object, at path.Path) (types.Object, error)

// rewrite replaces all keys in a value: the objects with the attribute kms_key_version.
func rewrite(ctx context.Context, v attr.Value, at path.Path, key rewriter) (attr.Value, error) {
	if v.IsNull() || v.IsUnknown() {
		return v, nil
	}
	switch v := v.(type) {
	case types.Object:
		return rewriteObject(ctx, v, at, key)
	case types.List:
		all := v.Elements()
		for i := range all {
			var err error
			if all[i], err = rewrite(ctx, all[i], at.AtListIndex(i), key); err != nil {
				return v, err
			}
		}
		return valued(types.ListValue(v.ElementType(ctx), all))
	}
	return v, nil
}

func rewriteObject(ctx context.Context, o types.Object, at path.Path, key rewriter) (attr.Value, error) {
	all := o.Attributes()
	if _, is := all[kmsKeyVersion]; is {
		return key(o, at)
	}
	for name, child := range all {
		var err error
		if all[name], err = rewrite(ctx, child, at.AtName(name), key); err != nil {
			return o, err
		}
	}
	return valued(types.ObjectValue(o.AttributeTypes(ctx), all))
}

// completed replaces null texts, flags and lists of the configuration with their empty values: the
// API treats both alike. It does not change the attributes of a key.
func completed(ctx context.Context, v attr.Value) (attr.Value, error) {
	o, isObject := v.(types.Object)
	l, isList := v.(types.List)
	switch {
	case v.IsUnknown(), isObject && v.IsNull():
		return v, nil
	case v.IsNull():
		return empty(v.Type(ctx)), nil
	case isObject:
		return completedObject(ctx, o)
	case isList:
		all := l.Elements()
		for i := range all {
			var err error
			if all[i], err = completed(ctx, all[i]); err != nil {
				return v, err
			}
		}
		return valued(types.ListValue(l.ElementType(ctx), all))
	}
	return v, nil
}

// leftOut are the attributes of a key that the plan computes.
var leftOut = []string{kmsKeyVersion, publicKeyPEM, algorithm, keyID}

func completedObject(ctx context.Context, o types.Object) (attr.Value, error) {
	all := o.Attributes()
	for name, child := range all {
		if slices.Contains(leftOut, name) {
			continue
		}
		var err error
		if all[name], err = completed(ctx, child); err != nil {
			return o, err
		}
	}
	return valued(types.ObjectValue(o.AttributeTypes(ctx), all))
}
