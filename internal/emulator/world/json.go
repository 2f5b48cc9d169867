package world

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"unicode"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ReadJSON reads the body of a request strictly, like Google's services, and uses their texts for
// errors. Names are those of the JSON form of protocol buffers: checkSets or check_sets, nothing
// else. An empty body leaves v unchanged.
func ReadJSON(body io.Reader, v any) error { return read(body, v, refuse) }

// ReadKnownJSON is ReadJSON for a service that ignores unknown fields.
func ReadKnownJSON(body io.Reader, v any) error {
	return read(body, v, func(string) error { return nil })
}

func read(body io.Reader, v any, unknown func(name string) error) error {
	var document any
	decoder := json.NewDecoder(body)
	decoder.UseNumber()
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return badJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badJSON(errors.New("text follows the value"))
	}
	document, err := fit(document, reflect.TypeOf(v), unknown)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(document)
	if err == nil {
		err = json.Unmarshal(raw, v)
	}
	return badJSON(err)
}

func badJSON(err error) error {
	if err == nil {
		return nil
	}
	return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. %v", err)
}

func refuse(name string) error {
	return status.Errorf(codes.InvalidArgument, `Invalid JSON payload received. Unknown name "%s": Cannot find field.`, name)
}

// fit returns a JSON value with the names of t's fields, and without unknown ones. encoding/json
// takes names in any case, and none with underscores.
func fit(v any, t reflect.Type, unknown func(name string) error) (any, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	object, isObject := v.(map[string]any)
	if isObject && t.Kind() == reflect.Struct {
		return fitObject(object, t, unknown)
	}
	list, isList := v.([]any)
	if !isList || t.Kind() != reflect.Slice {
		return v, nil // text, or a value that does not fit; json.Unmarshal refuses the latter
	}
	for i := range list {
		element, err := fit(list[i], t.Elem(), unknown)
		if err != nil {
			return nil, err
		}
		list[i] = element
	}
	return list, nil
}

func fitObject(v map[string]any, t reflect.Type, unknown func(name string) error) (any, error) {
	fields := JSONFields(t)
	names := make(map[string]string, 2*len(fields))
	for name := range fields {
		names[name], names[ProtoName(name)] = name, name
	}
	fitting := make(map[string]any, len(v))
	for sent, value := range v {
		name, ok := names[sent]
		if !ok {
			if err := unknown(sent); err != nil {
				return nil, err
			}
			continue
		}
		if _, twice := fitting[name]; twice {
			return nil, badJSON(errors.New("duplicate field \"" + name + "\""))
		}
		inside, err := fit(value, fields[name], unknown)
		if err != nil {
			return nil, err
		}
		fitting[name] = inside
	}
	return fitting, nil
}

// JSONFields returns the types of a struct's fields by their names in JSON. Only fields with a name
// in their tag count.
func JSONFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}

// ProtoName is the name of a field in a protocol buffer, by its name in JSON: check_sets for
// checkSets.
func ProtoName(jsonName string) string {
	var b strings.Builder
	for _, r := range jsonName {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
