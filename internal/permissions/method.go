package permissions

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// Method is a method of Google's APIs, as declared in internal/gcp.
type Method struct {
	// Name is the last part of the method's full name.
	Name, Service, Permission, Role string
}

// Methods reads the declarations in the folder of internal/gcp, by variable name.
func Methods(folder string) (map[string]Method, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	all, constants := map[string]Method{}, map[string]string{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declared := range file.Decls {
			if d, ok := declared.(*ast.GenDecl); ok {
				collect(d, constants, all)
			}
		}
	}
	for name, m := range all {
		if m.Service = constants[m.Service]; m.Service == "" || m.Permission == "" || m.Role == "" {
			return nil, fmt.Errorf("%s: the method %s is not declared as {name, service, permission, role}", folder, name)
		}
		all[name] = m
	}
	return all, nil
}

// collect reads texts from constants, and methods from variables. A method's service is the name of
// a constant.
func collect(d *ast.GenDecl, constants map[string]string, methods map[string]Method) {
	for _, spec := range d.Specs {
		s, ok := spec.(*ast.ValueSpec)
		if !ok || len(s.Values) != len(s.Names) {
			continue
		}
		for i, value := range s.Values {
			switch v := value.(type) {
			case *ast.BasicLit:
				constants[s.Names[i].Name] = unquoted(v)
			case *ast.CompositeLit:
				if of, ok := v.Type.(*ast.Ident); ok && of.Name == "method" && len(v.Elts) == 4 {
					methods[s.Names[i].Name] = Method{unquoted(v.Elts[0]), identifier(v.Elts[1]), unquoted(v.Elts[2]), unquoted(v.Elts[3])}
				}
			}
		}
	}
}

func unquoted(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return text
}

func identifier(e ast.Expr) string {
	if name, ok := e.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
