package released

// Schema is the complete schema of a release.
type Schema struct {
	// Release is the version in CHANGELOG.md, "" before the first release.
	Release      string                `json:"release"`
	Provider     *Construct            `json:"provider"`
	ProviderMeta *Construct            `json:"provider_meta"`
	Resources    map[string]*Construct `json:"resources"`
	DataSources  map[string]*Construct `json:"data_sources"`
	Lists        map[string]*Construct `json:"list_resources"`
	Actions      map[string]*Construct `json:"actions"`
	Functions    map[string]*Function  `json:"functions"`
}

// Construct is the schema of one block type. Only resources have Identity and Imports.
type Construct struct {
	Version    int64                 `json:"version,omitempty"`
	Attributes map[string]*Attribute `json:"attributes"`
	Identity   map[string]*Attribute `json:"identity,omitempty"`
	// Imports are the results of ids and identities in imports.
	Imports []*Import `json:"imports,omitempty"`
}

// Attribute is one attribute, or a nested block.
type Attribute struct {
	// Type is a type such as List[String]; "" with nested attributes.
	Type string `json:"type,omitempty"`
	// Nesting is the nesting mode: single, list, set or map, followed by "block" for a nested
	// block.
	Nesting    string                `json:"nesting,omitempty"`
	Attributes map[string]*Attribute `json:"attributes,omitempty"`

	Required  bool `json:"required,omitempty"`
	Optional  bool `json:"optional,omitempty"`
	Computed  bool `json:"computed,omitempty"`
	Sensitive bool `json:"sensitive,omitempty"`
	WriteOnly bool `json:"write_only,omitempty"`
	// Replaces means that a change replaces the object.
	Replaces bool `json:"replaces,omitempty"`
	// Default is the value of an absent attribute, in Terraform's format.
	Default string `json:"default,omitempty"`
	// OneOf are the only accepted values, if the schema lists them.
	OneOf []string `json:"one_of,omitempty"`
	// Validators are the other validators, as far as they can be distinguished.
	Validators []string `json:"validators,omitempty"`
}

// Import is one id or one identity, and the attributes read from it.
type Import struct {
	ID         string            `json:"id,omitempty"`
	Identity   map[string]string `json:"identity,omitempty"`
	Attributes map[string]string `json:"attributes"`
}

// Function is the signature of a function.
type Function struct {
	Parameters []*Parameter `json:"parameters"`
	Variadic   *Parameter   `json:"variadic,omitempty"`
	Returns    string       `json:"returns"`
}

// Parameter is one argument of a function. Its name is not compared, because arguments are
// positional.
type Parameter struct {
	Type          string `json:"type"`
	AllowsNull    bool   `json:"allows_null,omitempty"`
	AllowsUnknown bool   `json:"allows_unknown,omitempty"`
}
