package habits

// Habit is a feature commonly used with this provider.
type Habit struct {
	// ID is the habit's name in testdata/habits.json and in its test.
	ID string
	// Words are the habit's description in the guide.
	Words string
}

// All lists the habits, in the order of the guide.
var All = []Habit{
	{"plan-and-apply", "`plan`, `apply`, a plan without changes, `destroy`"},
	{"saved-plan", "`apply` refuses a saved plan if the state or the object changed since"},
	{"interrupt", "an interrupted `plan` ends at once"},
	{"modules", "a module with `for_each`"},
	{"check", "a `check` block warns and the apply continues"},
	{"functions", "provider functions: `provider::binauthz::…`"},
	{"ephemeral", "an ephemeral variable in the provider block"},
	{"import-id", "`import` block with `id`"},
	{"import-identity", "`import` block with `identity`"},
	{"generated-config", "`plan -generate-config-out` writes a configuration that plans without changes"},
	{"moved-from-google", "`moved` block from a resource of `hashicorp/google`"},
	{"moved-address", "`moved` block and `state mv` to another address"},
	{"removed", "`removed` block with `destroy = false`"},
	{"test-mocks", "`test` with `mock_provider`"},
	{"query", "`query` finds objects and writes their configuration"},
	{"action-invoke", "an action by `apply -invoke`"},
	{"action-trigger", "an action by `action_trigger`"},
}
