package transport

import (
	"bytes"
	"encoding/json"
	"reflect"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// selectFields returns the selected part of a route's answer. As at Google, an unknown name in the
// selection is an error. example has the type of the answer; without one, names are not checked.
func selectFields(body []byte, fields string, example any) ([]byte, error) {
	selection, err := parseMask(fields)
	if err != nil || selection == nil {
		return body, err
	}
	if example != nil {
		if name, ok := unknownJSON(reflect.TypeOf(example), selection); ok {
			return nil, status.Error(codes.InvalidArgument, "Invalid field selection "+name)
		}
	}
	var v any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return marshal(maskJSON(v, selection))
}

// unknownJSON returns a selected name without a field in the JSON form of t.
func unknownJSON(t reflect.Type, selection mask) (string, bool) {
	fields, free := fieldsIn(t)
	for name, below := range selection {
		inside, ok := fields[name]
		if free || name == "*" || ok && len(below) == 0 {
			continue
		}
		if !ok {
			return name, true
		}
		if name, bad := unknownJSON(inside, below); bad {
			return name, true
		}
	}
	return "", false
}

// fieldsIn returns the types of the fields of t, or of t's elements, by their plain names. Names are
// free in maps and in JSON texts.
func fieldsIn(t reflect.Type) (fields map[string]reflect.Type, free bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil, t.Kind() == reflect.Map || t.Kind() == reflect.Uint8
	}
	fields = map[string]reflect.Type{}
	for name, inside := range world.JSONFields(t) {
		fields[plain(name)] = inside
	}
	return fields, false
}

// maskJSON applies a selection to a decoded JSON value: objects lose unselected fields; arrays are
// traversed.
func maskJSON(v any, selection mask) any {
	if len(selection) == 0 {
		return v
	}
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = maskJSON(v[i], selection)
		}
	case map[string]any:
		for name, inside := range v {
			if below, ok := selection.below(name); ok {
				v[name] = maskJSON(inside, below)
			} else {
				delete(v, name)
			}
		}
	}
	return v
}
