package transport

import (
	"regexp"
	"strings"

	"connectrpc.com/vanguard"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// codec is Google's JSON: it omits unset fields, writes enums by name or by number as requested,
// and refuses unknown fields, except for GKE.
type codec struct{ vanguard.JSONCodec }

func newCodec(enumNumbers bool) func(vanguard.TypeResolver) vanguard.Codec {
	return func(types vanguard.TypeResolver) vanguard.Codec {
		return codec{vanguard.JSONCodec{
			MarshalOptions:   protojson.MarshalOptions{Resolver: types, UseEnumNumbers: enumNumbers},
			UnmarshalOptions: protojson.UnmarshalOptions{Resolver: types},
		}}
	}
}

// Unmarshal reads a request body. Google's Node.js clients send an empty string for an empty
// message: google-gax's fallbackRest encodes a missing body as JSON.
func (c codec) Unmarshal(data []byte, m proto.Message) error {
	if string(data) == `""` {
		return nil
	}
	opts := c.UnmarshalOptions
	if opts.DiscardUnknown = isGKE(m); opts.DiscardUnknown {
		if err := checkSettings(data); err != nil {
			return asPayloadError(err)
		}
	}
	return asPayloadError(opts.Unmarshal(data, m))
}

func isGKE(m proto.Message) bool {
	return strings.HasPrefix(string(m.ProtoReflect().Descriptor().FullName()), "google.container.")
}

// UnmarshalField reads a request body into one field.
func (c codec) UnmarshalField(data []byte, m proto.Message, f protoreflect.FieldDescriptor) error {
	if f.Message() != nil && !f.IsList() && !f.IsMap() {
		return c.Unmarshal(data, m.ProtoReflect().Mutable(f).Message().Interface())
	}
	return asPayloadError(c.JSONCodec.UnmarshalField(data, m, f))
}

var unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)

// payloadError describes an invalid request body.
type payloadError string

func (p payloadError) Error() string { return "Invalid JSON payload received. " + string(p) }

// asPayloadError translates protojson's errors to Google's texts.
func asPayloadError(err error) error {
	if err == nil {
		return nil
	}
	if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
		return payloadError(`Unknown name "` + m[1] + `": Cannot find field.`)
	}
	// protojson varies the space after its prefix on purpose, to prevent reliance on the text.
	return payloadError(strings.TrimLeft(strings.TrimPrefix(err.Error(), "proto:"), " \u00a0"))
}
