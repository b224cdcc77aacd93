package terraform

import (
	"math/big"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"palisade/arm"
)

// maxSize is how many values a local value may have in it: locals that name each
// other twice grow fast.
const maxSize = 100_000

// eval is the value of an expression. It calls itself as deep as the file is
// nested, which is bounded, and follows locals, which may not be circular.
func (r *reader) eval(file *arm.File, e hclsyntax.Expression) arm.Value {
	at := file.At(e.Range().Start.Byte)
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return constant(e.Val, at)
	case *hclsyntax.TemplateExpr:
		return r.join(file, e, at)
	case *hclsyntax.TemplateWrapExpr:
		return r.eval(file, e.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		return r.eval(file, e.Expression)
	case *hclsyntax.ObjectConsExpr:
		return r.object(file, e, at)
	case *hclsyntax.ObjectConsKeyExpr:
		return r.key(file, e, at)
	case *hclsyntax.TupleConsExpr:
		items := make([]arm.Value, len(e.Exprs))
		for i, item := range e.Exprs {
			items[i] = r.eval(file, item)
		}
		return arm.Array(items, at)
	case *hclsyntax.UnaryOpExpr:
		if n, ok := r.eval(file, e.Val).Int(); ok && e.Op == hclsyntax.OpNegate {
			return arm.Int(-n, at)
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "formatdate" && len(e.Args) == 2 && isPlanTime(e.Args[1]) {
			return planDate(r.eval(file, e.Args[0]).Text(), at)
		}
		if e.Name == "chomp" && len(e.Args) == 1 {
			if s, ok := r.eval(file, e.Args[0]).Str(); ok {
				return arm.String(strings.TrimRight(s, "\r\n"), at)
			}
		}
	case *hclsyntax.ScopeTraversalExpr:
		return r.traversal(e.Traversal, at)
	}
	return r.notRead("this expression isn't read", at)
}

func isPlanTime(e hclsyntax.Expression) bool {
	c, ok := e.(*hclsyntax.FunctionCallExpr)
	return ok && c.Name == "plantimestamp" && len(c.Args) == 0
}

func (r *reader) notRead(message string, at arm.Pos) arm.Value {
	r.fail(at, "%s", message)
	return arm.Unk(arm.NotRead("error", message, at))
}

func constant(v cty.Value, at arm.Pos) arm.Value {
	switch {
	case v.IsNull():
		return arm.Null(at)
	case v.Type() == cty.String:
		return arm.String(v.AsString(), at)
	case v.Type() == cty.Bool:
		return arm.Bool(v.True(), at)
	case v.Type() == cty.Number:
		return number(v.AsBigFloat(), at)
	}
	return arm.Null(at)
}

func number(f *big.Float, at arm.Pos) arm.Value {
	if n, accuracy := f.Int64(); accuracy == big.Exact {
		return arm.Int(n, at)
	}
	x, _ := f.Float64()
	return arm.Float(x, at)
}

func (r *reader) join(file *arm.File, e *hclsyntax.TemplateExpr, at arm.Pos) arm.Value {
	parts := make([]arm.Value, len(e.Parts))
	length := 0
	for i, p := range e.Parts {
		parts[i] = r.eval(file, p)
		if length += len(parts[i].Text()); length > maxText {
			return r.notRead("this string is too long", at)
		}
		if _, ok := parts[i].Str(); !ok && !parts[i].IsUnknown() {
			parts[i] = arm.String(parts[i].Text(), parts[i].Pos())
		}
	}
	return arm.Join(parts, at)
}

func (r *reader) object(file *arm.File, e *hclsyntax.ObjectConsExpr, at arm.Pos) arm.Value {
	members := make([]arm.Member, len(e.Items))
	for i, item := range e.Items {
		key := r.eval(file, item.KeyExpr)
		members[i] = arm.Member{Name: key.Text(), Value: r.eval(file, item.ValueExpr), Pos: key.Pos()}
	}
	return arm.Obj(arm.NewObject(members), at)
}

// key is the name of a member, which is a word or an expression.
func (r *reader) key(file *arm.File, e *hclsyntax.ObjectConsKeyExpr, at arm.Pos) arm.Value {
	if !e.ForceNonLiteral {
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" {
			return arm.String(word, at)
		}
	}
	return r.eval(file, e.Wrapped)
}

// addressOf is what a reference starts with: azapi_resource.x.
func addressOf(t hcl.Traversal) string {
	names := namesOf(t)
	switch {
	case len(names) > 2 && names[0] == "data":
		return strings.Join(names[:3], ".")
	case len(names) > 1:
		return names[0] + "." + names[1]
	}
	return ""
}

// namesOf are the steps of a reference; indexes that aren't strings are "".
func namesOf(t hcl.Traversal) []string {
	names := make([]string, len(t))
	for i, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names[i] = step.Name
		case hcl.TraverseAttr:
			names[i] = step.Name
		case hcl.TraverseIndex:
			if step.Key.Type() == cty.String {
				names[i] = step.Key.AsString()
			}
		}
	}
	return names
}

func (r *reader) traversal(t hcl.Traversal, at arm.Pos) arm.Value {
	names := namesOf(t)
	switch {
	case len(names) == 2 && names[0] == "local":
		return r.local(names[1], at)
	case len(names) == 2 && names[0] == "var":
		return r.variable(names[1], at)
	case len(names) == 4 && names[0] == "data" && names[1] == "azapi_client_config":
		return clientConfig(names[3], at)
	}
	d := r.resources[addressOf(t)]
	if d == nil {
		return r.notRead(strings.Join(names, ".")+" isn't declared", at)
	}
	if d.isData() {
		t, names = t[1:], names[1:]
	}
	for i := 2; i < len(names); i++ {
		if names[i] == "" { // an index, which only a value can have
			return r.indexed(r.state(d, names[2:i], at), t[i:], at)
		}
	}
	return r.state(d, names[2:], at)
}

// indexed follows the rest of a reference into something unknown.
func (r *reader) indexed(v arm.Value, rest hcl.Traversal, at arm.Pos) arm.Value {
	for i, name := range namesOf(rest) {
		index, isIndex := rest[i].(hcl.TraverseIndex)
		u, unknown := v.Unknown()
		switch {
		case !unknown:
			return r.notRead("this index isn't read", at)
		case isIndex && index.Key.Type() == cty.Number:
			v = arm.Unk(u.Index(constant(index.Key, at)))
		default:
			v = arm.Unk(u.Member(name))
		}
	}
	return v
}

func (r *reader) local(name string, at arm.Pos) arm.Value {
	l := r.locals[name]
	switch {
	case l == nil:
		return r.notRead("local."+name+" isn't declared", at)
	case l.state == evaluating:
		return r.notRead("local."+name+" depends on itself", at)
	case l.state == notEvaluated:
		l.state = evaluating
		l.value = r.eval(l.file, l.expr)
		if l.value.Size() > maxSize {
			l.value = r.notRead("local."+name+" is too large", at)
		}
		l.state = evaluated
	}
	return l.value
}

// variable is a variable without a value, or its default.
func (r *reader) variable(name string, at arm.Pos) arm.Value {
	d := r.variables[name]
	if d == nil {
		return r.notRead("var."+name+" isn't declared", at)
	}
	if a := d.block.Body.Attributes["default"]; a != nil && len(a.Expr.Variables()) == 0 {
		return r.eval(d.file, a.Expr)
	}
	secret := false
	if a := d.block.Body.Attributes["sensitive"]; a != nil && len(a.Expr.Variables()) == 0 {
		secret, _ = r.eval(d.file, a.Expr).Bool()
	}
	return arm.Unk(arm.Parameter(name, secret, at))
}

const atDeployment = " is known only once it is deployed"

// clientConfig is what azapi knows of who deploys.
func clientConfig(attribute string, at arm.Pos) arm.Value {
	switch attribute {
	case "tenant_id":
		return arm.Unk(arm.Runtime("tenant", "the tenant"+atDeployment, at).Member("tenantId"))
	case "subscription_id":
		return arm.Unk(arm.Runtime("subscription", "the subscription"+atDeployment, at).Member("subscriptionId"))
	}
	return arm.Unk(arm.Runtime("deployer", "who deploys"+atDeployment, at).Member(attribute))
}

// state is an attribute of a resource: its id, its name, or of its output what
// Azure knows once it is deployed.
func (r *reader) state(d *declared, path []string, at arm.Pos) arm.Value {
	switch {
	case len(path) == 1 && path[0] == "id":
		return r.idOf(d)
	case len(path) == 1 && (path[0] == "name" || path[0] == "location"):
		return r.attribute(d, path[0])
	case len(path) < 2 || path[0] != "output":
		return r.notRead(d.address+"."+strings.Join(path, ".")+" isn't read", at)
	}
	id := r.idOf(d)
	if path[1] == "properties" {
		return arm.Unk(arm.Runtime("reference", "the state of "+d.address+atDeployment, at, id)).Get(path[2:]...)
	}
	full := arm.Runtime("reference", "the state of "+d.address+atDeployment, at, id, arm.String("full", at))
	return arm.Unk(full).Get(path[1:]...)
}
