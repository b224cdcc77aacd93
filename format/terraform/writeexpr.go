package terraform

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/layout"
)

const lineWidth = 100

// lines is n where it may take several lines; margin is what its line begins
// with. It calls itself as deep as n is nested, which the layout limits.
func (w *writer) lines(n expr.Node, margin string) string {
	switch n := n.(type) {
	case *expr.Object:
		if len(n.Members) == 0 {
			return "{}"
		}
		var b strings.Builder
		b.WriteString("{\n")
		for _, m := range n.Members {
			b.WriteString(margin + "  " + w.key(m.Name) + " = " + w.lines(m.Value, margin+"  ") + "\n")
		}
		return b.String() + margin + "}"
	case *expr.Array:
		s := w.expression(n)
		if len(margin)+len(s) <= lineWidth && !slices.ContainsFunc(n.Items, func(i expr.ArrayItem) bool { return isNested(i.Value) }) {
			return s
		}
		var b strings.Builder
		b.WriteString("[\n")
		for _, item := range n.Items {
			b.WriteString(margin + "  " + w.lines(item.Value, margin+"  ") + ",\n")
		}
		return b.String() + margin + "]"
	case *expr.Literal:
		if s, ok := n.Value.Str(); ok && isText(s) {
			return heredoc(s)
		}
	}
	return w.expression(n)
}

// isText reports whether s is several lines without what a heredoc can't have
// in it.
func isText(s string) bool {
	return strings.Count(s, "\n") > 1 && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\n' }) &&
		!slices.ContainsFunc(strings.Split(s, "\n"), func(line string) bool { return strings.TrimSpace(line) == heredocEnd })
}

const heredocEnd = "EOT"

// heredoc is s in lines. A heredoc ends with a line break, which chomp takes
// away again.
func heredoc(s string) string {
	text := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(s)
	if strings.HasSuffix(s, "\n") {
		return "<<" + heredocEnd + "\n" + text + heredocEnd
	}
	return "chomp(<<" + heredocEnd + "\n" + text + "\n" + heredocEnd + "\n)"
}

func isNested(n expr.Node) bool {
	switch n.(type) {
	case *expr.Object, *expr.Array:
		return true
	}
	return false
}

// key is the name of a member.
func (w *writer) key(n expr.Node) string {
	l, ok := n.(*expr.Literal)
	if !ok {
		return "(" + w.expression(n) + ")"
	}
	if s := l.Value.Text(); layout.IsName(s) && s != "for" && s != "true" && s != "false" && s != "null" {
		return s
	}
	return w.text(l.Value.Text())
}

// expression is n on one line.
func (w *writer) expression(n expr.Node) string {
	switch n := n.(type) {
	case *expr.Literal:
		return w.literal(n.Value)
	case *expr.Object:
		members := make([]string, len(n.Members))
		for i, m := range n.Members {
			members[i] = w.key(m.Name) + " = " + w.expression(m.Value)
		}
		if len(members) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(members, ", ") + " }"
	case *expr.Array:
		items := make([]string, len(n.Items))
		for i, item := range n.Items {
			items[i] = w.expression(item.Value)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *expr.Join:
		return w.join(n)
	case *expr.Parameter:
		if w.isDate(n) {
			return "local." + snake(n.Name)
		}
		return "var." + n.Name
	case *expr.Variable:
		return "local." + n.Name
	case *expr.Symbol, *expr.Member:
		return w.member(n)
	case *expr.Index:
		return w.expression(n.X) + "[" + w.expression(n.I) + "]"
	case *expr.Call:
		return w.fail("%s() can't be said in Terraform", n.Name)
	}
	return w.fail("there is an expression that can't be said in Terraform")
}

func (w *writer) literal(v arm.Value) string {
	if s, ok := v.Str(); ok {
		return w.text(s)
	}
	if v.IsNull() {
		return "null"
	}
	return v.Text()
}

// join is a string with expressions in it.
func (w *writer) join(n *expr.Join) string {
	var b strings.Builder
	for _, p := range n.Parts {
		if l, ok := p.(*expr.Literal); ok {
			b.WriteString(escaped(l.Value.Text()))
			continue
		}
		b.WriteString("${" + w.expression(p) + "}")
	}
	return `"` + b.String() + `"`
}

// text is a string. Ids in the subscription start with its local value, so that
// the subscription stands in one place.
func (w *writer) text(s string) string {
	switch {
	case s == w.subscription:
		return "local.subscription"
	case strings.HasPrefix(s, w.subscription+"/"):
		return `"${local.subscription}` + escaped(s[len(w.subscription):]) + `"`
	}
	return quoted(s)
}

// id is the id of a resource.
func (w *writer) id(r *layout.Resource) string {
	if r.Existing {
		return w.text(r.Identity.ID())
	}
	return w.address(r) + ".id"
}

// member is a member of something; of a resource, its id or a path into its
// state, which the resource then exports.
func (w *writer) member(n expr.Node) string {
	var path []string
	for {
		switch x := n.(type) {
		case *expr.Member:
			path = append([]string{x.Name}, path...)
			n = x.X
			continue
		case *expr.Symbol:
			return w.state(w.tree.Main.Resource(x.Name), path)
		case *expr.Call:
			return w.context(x, path)
		}
		return w.expression(n) + steps(path)
	}
}

func (w *writer) state(r *layout.Resource, path []string) string {
	if len(path) == 1 && path[0] == "id" {
		return w.id(r)
	}
	export := path
	if i := slices.IndexFunc(path, func(s string) bool { return !layout.IsName(s) }); i >= 0 {
		export = path[:i]
	}
	if len(export) == 0 {
		return w.fail("the whole state of %s can't be asked for in Terraform", r.Identity.ID())
	}
	if joined := strings.Join(export, "."); !slices.Contains(w.exports[r], joined) {
		w.exports[r] = append(w.exports[r], joined)
	}
	return w.address(r) + ".output" + steps(path)
}

func steps(path []string) string {
	var b strings.Builder
	for _, s := range path {
		if layout.IsName(s) {
			b.WriteString("." + s)
			continue
		}
		b.WriteString("[" + quoted(s) + "]")
	}
	return b.String()
}

// context is what the provider knows of the deployment.
func (w *writer) context(n *expr.Call, path []string) string {
	asked := strings.ToLower(n.Name + "." + strings.Join(path, "."))
	attribute := map[string]string{"tenant.tenantid": "tenant_id", "subscription.tenantid": "tenant_id",
		"subscription.subscriptionid": "subscription_id"}[asked]
	if attribute == "" || len(n.Args) > 0 {
		return w.fail("%s() can't be said in Terraform", n.Name)
	}
	w.client = true
	return "data.azapi_client_config.current." + attribute
}

func quoted(s string) string { return `"` + escaped(s) + `"` }

// escaped is s inside of quotes (HCL native syntax, "Template Expressions").
func escaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '\\' || c == '"':
			b.WriteByte('\\')
			b.WriteRune(c)
		case (c == '$' || c == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteRune(c)
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}
