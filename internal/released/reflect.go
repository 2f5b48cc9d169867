package released

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
)

// The framework has a separate type for each attribute of each kind of schema. All have the same
// fields and methods, so the code looks up the fields by name.

// attribute contains the common methods of all attributes.
type attribute interface {
	GetType() attr.Type
	IsRequired() bool
	IsOptional() bool
	IsComputed() bool
	IsSensitive() bool
	IsWriteOnly() bool
}

// described is a validator or a plan modifier.
type described interface {
	Description(ctx context.Context) string
}

// attributesOf returns the attributes and nested blocks of a schema or a nested object.
func attributesOf(ctx context.Context, of reflect.Value) (map[string]*Attribute, error) {
	all := map[string]*Attribute{}
	for _, field := range []string{"Attributes", "Blocks"} {
		members := of.FieldByName(field)
		if !members.IsValid() {
			continue
		}
		for _, key := range members.MapKeys() {
			read, err := read(ctx, members.MapIndex(key).Elem())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			all[key.String()] = read
		}
	}
	return all, nil
}

func read(ctx context.Context, v reflect.Value) (*Attribute, error) {
	a := &Attribute{Nesting: nesting(v)}
	if served, ok := reflect.TypeAssert[attribute](v); ok {
		a.Required, a.Optional, a.Computed = served.IsRequired(), served.IsOptional(), served.IsComputed()
		a.Sensitive, a.WriteOnly = served.IsSensitive(), served.IsWriteOnly()
		if a.Nesting == "" {
			a.Type = typeOf(ctx, served.GetType())
		}
	} else {
		a.Optional = true // a nested block
	}
	if err := a.readChecks(ctx, v); err != nil || a.Nesting == "" {
		return a, err
	}
	inner := v
	if object := v.FieldByName("NestedObject"); object.IsValid() {
		inner = object
		if object.Kind() == reflect.Interface {
			inner = object.Elem()
		}
	}
	var err error
	a.Attributes, err = attributesOf(ctx, inner)
	return a, err
}

var nested = regexp.MustCompile(`\.(Single|List|Set|Map)Nested(Attribute|Block)$`)

// nesting returns the nesting mode of an attribute, "" if it has no nested attributes.
func nesting(v reflect.Value) string {
	found := nested.FindStringSubmatch(v.Type().String())
	switch {
	case found == nil:
		return ""
	case found[2] == "Block":
		return strings.ToLower(found[1]) + " block"
	}
	return strings.ToLower(found[1])
}

func typeOf(ctx context.Context, of attr.Type) string {
	return strings.ReplaceAll(of.TerraformType(ctx).String(), "tftypes.", "")
}

// readChecks reads validators, plan modifiers and the default.
func (a *Attribute) readChecks(ctx context.Context, v reflect.Value) error {
	for _, check := range checksOf(v, "Validators") {
		if values := oneOf(ctx, check); values != nil {
			a.OneOf = values
			continue
		}
		a.Validators = append(a.Validators, label(ctx, check))
	}
	slices.Sort(a.Validators)
	for _, modifier := range checksOf(v, "PlanModifiers") {
		a.Replaces = a.Replaces || strings.Contains(strings.ToLower(fmt.Sprintf("%T", modifier)), "requiresreplace")
	}
	byDefault := v.FieldByName("Default")
	if !byDefault.IsValid() || byDefault.IsNil() {
		return nil
	}
	var err error
	a.Default, err = defaultOf(ctx, byDefault.Interface())
	return err
}

func checksOf(v reflect.Value, field string) (all []described) {
	found := v.FieldByName(field)
	if !found.IsValid() {
		return nil
	}
	for i := range found.Len() {
		if d, ok := reflect.TypeAssert[described](found.Index(i)); ok {
			all = append(all, d)
		}
	}
	return all
}

// ownCheck stands for every validator of this provider. Its rule is code, and its text may improve.
const ownCheck = "a check of this provider"

var limits = regexp.MustCompile(`\d+|\[[^\]]*\]`)

// label identifies a validator: its type, and its numbers, paths or regular expression.
func label(ctx context.Context, check described) string {
	v := reflect.Indirect(reflect.ValueOf(check))
	if !strings.Contains(v.Type().PkgPath(), "terraform-plugin-framework-validators") {
		return ownCheck
	}
	name := v.Type().String()
	if v.Kind() != reflect.Struct {
		return name
	}
	if expression := v.FieldByName("regexp"); expression.IsValid() {
		return name + " " + reflect.Indirect(expression).FieldByName("expr").String()
	}
	return strings.Join(append([]string{name}, limits.FindAllString(check.Description(ctx), -1)...), " ")
}

var (
	choices = regexp.MustCompile(`value must be one of: \[(.*?)\]`)
	choice  = regexp.MustCompile(`"([^"]*)"|[^" ]+`)
)

// oneOf returns the values accepted by a validator of the framework's module, also for elements;
// nil for another validator.
func oneOf(ctx context.Context, check described) []string {
	found := choices.FindStringSubmatch(check.Description(ctx))
	if found == nil {
		return nil
	}
	all := map[string]bool{}
	for _, c := range choice.FindAllStringSubmatch(found[1], -1) {
		all[strings.Trim(c[0], `"`)] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// defaultOf returns the value of a default. An unsupported kind of default is an error, so that
// none is missed.
func defaultOf(ctx context.Context, of any) (string, error) {
	switch d := of.(type) {
	case defaults.String:
		var resp defaults.StringResponse
		d.DefaultString(ctx, defaults.StringRequest{}, &resp)
		return resp.PlanValue.String(), nil
	case defaults.Bool:
		var resp defaults.BoolResponse
		d.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
		return resp.PlanValue.String(), nil
	case defaults.Int64:
		var resp defaults.Int64Response
		d.DefaultInt64(ctx, defaults.Int64Request{}, &resp)
		return resp.PlanValue.String(), nil
	case defaults.List:
		var resp defaults.ListResponse
		d.DefaultList(ctx, defaults.ListRequest{}, &resp)
		return resp.PlanValue.String(), nil
	case defaults.Set:
		var resp defaults.SetResponse
		d.DefaultSet(ctx, defaults.SetRequest{}, &resp)
		return resp.PlanValue.String(), nil
	case defaults.Map:
		var resp defaults.MapResponse
		d.DefaultMap(ctx, defaults.MapRequest{}, &resp)
		return resp.PlanValue.String(), nil
	case defaults.Object:
		var resp defaults.ObjectResponse
		d.DefaultObject(ctx, defaults.ObjectRequest{}, &resp)
		return resp.PlanValue.String(), nil
	}
	return "", fmt.Errorf("cannot read a default of the type %T: add it to defaultOf", of)
}
