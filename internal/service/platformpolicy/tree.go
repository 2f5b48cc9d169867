package platformpolicy

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attributes that are not what their name is to the API.
const (
	allowlist     = "image_allowlist" // the API wraps the patterns in an object of one field
	allowPattern  = "allowPattern"
	kmsKeyVersion = "kms_key_version" // the API knows no such thing
	publicKeyPEM  = "public_key_pem"
	algorithm     = "signature_algorithm"
	keyID         = "key_id"
)

// field is the API's name of an attribute: "check_sets" is "checkSets".
func field(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// isKnown says that nothing in a value is left to be known.
func isKnown(ctx context.Context, v attr.Value) bool {
	t, err := v.ToTerraformValue(ctx)
	return err == nil && t.IsFullyKnown()
}

// attribute is an attribute of an object; nil if v is none, or one that is null or unknown.
func attribute(v attr.Value, name string) attr.Value {
	if o, ok := v.(types.Object); ok {
		return o.Attributes()[name]
	}
	return nil
}

// elements are those of a list; none if it is null or unknown.
func elements(v attr.Value) []attr.Value {
	if l, ok := v.(types.List); ok {
		return l.Elements()
	}
	return nil
}

// text is a text that is known, "" otherwise.
func text(v attr.Value) string {
	if s, ok := v.(types.String); ok {
		return s.ValueString()
	}
	return ""
}

func isNull(v attr.Value) bool    { return v == nil || v.IsNull() }
func isUnknown(v attr.Value) bool { return v != nil && v.IsUnknown() }

// isGiven says that a value is there and known.
func isGiven(v attr.Value) bool { return !isNull(v) && !isUnknown(v) }

// rewriter replaces one key.
type rewriter func(key types.Object, at path.Path) (types.Object, error)

// rewrite is a value in which keys are replaced: the objects that have the attribute kms_key_version.
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

// completed is a value of the configuration with the empty value for every text, flag and list that is left out: the API does not tell the
// two apart. The text of a key is none of these.
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

// leftOut are the attributes of a key that stay as they are: the plan finds out what they are.
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
