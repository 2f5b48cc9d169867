package transport

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
