package platformpolicy

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// value converts a value of the API, and keeps the spellings of was if they mean the same.
func value(t attr.Type, said any, was attr.Value) (attr.Value, error) {
	switch t := t.(type) {
	case types.ObjectType:
		return objectValue(t, said, was)
	case types.ListType:
		return listValue(t, said, was)
	case types.SetType:
		texts, _ := said.([]any)
		all := make([]attr.Value, len(texts))
		for i, v := range texts {
			s, _ := v.(string)
			all[i] = types.StringValue(s)
		}
		return valued(types.SetValue(t.ElemType, all))
	}
	switch said := said.(type) {
	case string:
		return types.StringValue(said), nil
	case bool:
		return types.BoolValue(said), nil
	case float64:
		return types.Int64Value(int64(said)), nil
	}
	return empty(t), nil
}

// empty returns the value equivalent to an absent one.
func empty(t attr.Type) attr.Value {
	switch t := t.(type) {
	case types.ListType:
		return types.ListValueMust(t.ElemType, nil)
	case types.SetType:
		return types.SetValueMust(t.ElemType, nil)
	case basetypes.BoolType:
		return types.BoolValue(false)
	case basetypes.Int64Type:
		return types.Int64Value(0)
	}
	return types.StringValue("")
}

func objectValue(t types.ObjectType, said any, was attr.Value) (types.Object, error) {
	fields, ok := said.(map[string]any)
	if !ok {
		return types.ObjectNull(t.AttrTypes), nil
	}
	all := map[string]attr.Value{}
	for name, of := range t.AttrTypes {
		child := fields[field(name)]
		if wrapped, ok := child.(map[string]any); ok && name == allowlist {
			child = wrapped[allowPattern]
		}
		v, err := value(of, child, attribute(was, name))
		if err != nil {
			return types.ObjectNull(t.AttrTypes), err
		}
		all[name] = v
	}
	spell(all, was)
	return valued(types.ObjectValue(t.AttrTypes, all))
}

func listValue(t types.ListType, said any, was attr.Value) (attr.Value, error) {
	items, _ := said.([]any)
	known, all := elements(was), make([]attr.Value, len(items))
	for i, item := range items {
		v, err := value(t.ElemType, item, counterpart(known, i, item))
		if err != nil {
			return types.ListNull(t.ElemType), err
		}
		all[i] = v
	}
	return valued(types.ListValue(t.ElemType, all))
}

// counterpart returns the element of the model for an item of the API: for a key by id, otherwise
// by index.
func counterpart(known []attr.Value, i int, item any) attr.Value {
	fields, _ := item.(map[string]any)
	if id, isKey := fields[field(keyID)]; isKey {
		if j := slices.IndexFunc(known, func(v attr.Value) bool { return text(attribute(v, keyID)) == id }); j >= 0 {
			return known[j]
		}
		return nil
	}
	if i < len(known) {
		return known[i]
	}
	return nil
}

// spell copies the model's spellings to a key, and sets its Cloud KMS key version if the id names
// one.
func spell(key map[string]attr.Value, was attr.Value) {
	if pem := attribute(was, publicKeyPEM); text(pem) != "" && attest.EqualPEM(text(pem), text(key[publicKeyPEM])) {
		key[publicKeyPEM] = pem
	}
	if a := attribute(was, algorithm); text(a) != "" && sameAlgorithm(text(a), text(key[algorithm])) {
		key[algorithm] = a
	}
	if _, isKey := key[kmsKeyVersion]; !isKey {
		return
	}
	key[kmsKeyVersion] = types.StringNull()
	if version := attribute(was, kmsKeyVersion); text(version) != "" {
		key[kmsKeyVersion] = version
	} else if version, err := resname.ParseKMSKeyVersion(text(key[keyID])); err == nil && was == nil {
		key[kmsKeyVersion] = types.StringValue(version.String())
	}
}

// sameAlgorithm compares algorithms in the spellings of Binary Authorization and Cloud KMS.
func sameAlgorithm(a, b string) bool {
	x, errX := attest.ParseAlgorithm(a)
	y, errY := attest.ParseAlgorithm(b)
	return errX == nil && errY == nil && x == y
}
