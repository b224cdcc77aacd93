package terraform

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/layout"
)

// dateParts are what dates are made from, in the words of templates and of
// formatdate (opentofu.org/docs/language/functions/formatdate).
var dateParts = [][2]string{{"yyyy", "YYYY"}, {"MM", "MM"}, {"dd", "DD"}}

// formatOf is the format of a date in Terraform; ok is false for what has more
// than dates in it.
func formatOf(format string) (string, bool) {
	rest := format
	for _, p := range dateParts {
		rest = strings.ReplaceAll(rest, p[0], "")
		format = strings.ReplaceAll(format, p[0], p[1])
	}
	return format, strings.Trim(rest, "0123456789-") == ""
}

func formatFrom(format string) string {
	for _, p := range dateParts {
		format = strings.ReplaceAll(format, p[1], p[0])
	}
	return format
}

// date is the time of the plan, which stands for that of the deployment.
func (w *writer) date(p *layout.Parameter) string {
	c, ok := p.Value.(*expr.Call)
	if !ok || !strings.EqualFold(c.Name, "utcNow") || len(c.Args) != 1 {
		return w.fail("the default of the parameter %s can't be said in Terraform", p.Name)
	}
	l, _ := c.Args[0].(*expr.Literal)
	if l == nil {
		return w.fail("the default of the parameter %s can't be said in Terraform", p.Name)
	}
	format, ok := formatOf(l.Value.Text())
	if !ok {
		return w.fail("the format of the date %s can't be said in Terraform", p.Name)
	}
	return "formatdate(" + quoted(format) + ", plantimestamp())"
}

func (w *writer) isDate(n *expr.Parameter) bool {
	return slices.ContainsFunc(w.tree.Main.Parameters, func(p *layout.Parameter) bool { return p.Name == n.Name && p.Value != nil })
}

// lifecycle keeps a date that changes from plan to plan, and what is only first
// so, from changing what is deployed.
func (w *writer) lifecycle(r *layout.Resource, first *First) string {
	paths := w.dates(r.Body, "body")
	if first != nil {
		paths = append(paths, "body."+first.Property)
	}
	if len(paths) == 0 {
		return ""
	}
	return "\n  lifecycle {\n    ignore_changes = [" + strings.Join(paths, ", ") + "]\n  }\n"
}

// dates are the paths below n whose values are dates. It calls itself as deep as
// n is nested, which the layout limits.
func (w *writer) dates(n expr.Node, path string) []string {
	switch n := n.(type) {
	case *expr.Parameter:
		if w.isDate(n) {
			return []string{path}
		}
	case *expr.Object:
		var paths []string
		for _, m := range n.Members {
			paths = append(paths, w.dates(m.Value, path+"."+w.key(m.Name))...)
		}
		return paths
	}
	return nil
}

// planDate is formatdate(format, plantimestamp()).
func planDate(format string, at arm.Pos) arm.Value {
	return arm.Unk(arm.Runtime("utcNow", "the time is that of the deployment", at, arm.String(formatFrom(format), at)))
}
