package terraform

import (
	"fmt"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/layout"
)

// First is a property that Azure takes another value of while it makes a
// resource. Terraform makes the resource with that, and sets the value of the
// layout once what connects to the resource is there.
type First struct {
	Resource string // ID
	Property string // with its path: properties.publicNetworkAccess
	Value    string
	Why      string
}

func (w *writer) firstOf(r *layout.Resource) *First {
	for i, f := range w.first {
		if strings.EqualFold(f.Resource, r.Identity.ID()) {
			return &w.first[i]
		}
	}
	return nil
}

// with is o with another text at a path, which o has to have.
func with(o *expr.Object, path []string, text string) (*expr.Object, bool) {
	out := &expr.Object{Members: append([]expr.ObjectMember(nil), o.Members...)}
	for i, m := range out.Members {
		if !named(m, path[0]) {
			continue
		}
		if len(path) == 1 {
			out.Members[i].Value = &expr.Literal{Value: arm.String(text, m.At)}
			return out, true
		}
		inner, ok := m.Value.(*expr.Object)
		if !ok {
			return nil, false
		}
		out.Members[i].Value, ok = with(inner, path[1:], text)
		return out, ok
	}
	return nil, false
}

// only is what o has at a path, in objects as they are nested in o.
func only(o *expr.Object, path []string) *expr.Object {
	for _, m := range o.Members {
		if !named(m, path[0]) {
			continue
		}
		if inner, ok := m.Value.(*expr.Object); ok && len(path) > 1 {
			m.Value = only(inner, path[1:])
		}
		return &expr.Object{Members: []expr.ObjectMember{m}}
	}
	return &expr.Object{}
}

// second is the block that sets what r isn't made with.
func (w *writer) second(r *layout.Resource, f *First) string {
	var b strings.Builder
	b.WriteString("\n" + comment(sentence(f.Why)))
	fmt.Fprintf(&b, "resource %q %q {\n  type = %s\n  resource_id = %s\n", updateKind, w.names[r]+"_then", w.typeText(r), w.id(r))
	b.WriteString("\n  body = " + w.lines(only(r.Body, strings.Split(f.Property, ".")), "  ") + "\n")
	b.WriteString(timeouts(r))
	var after []string
	for _, other := range w.tree.Main.Resources {
		if strings.EqualFold(other.Identity.Type, "Microsoft.Network/privateEndpoints") && slices.Contains(other.References, r) {
			after = append(after, w.address(other))
		}
	}
	if len(after) > 0 {
		b.WriteString("\n  depends_on = [" + strings.Join(after, ", ") + "]\n")
	}
	return b.String() + "}\n"
}
