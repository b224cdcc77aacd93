package expr

import (
	"strings"

	"palisade/arm"
)

// loopFunctions holds copyIndex (Microsoft Learn, "Resource iteration in ARM
// templates").
func loopFunctions() []builtin {
	return []builtin{{name: "copyIndex", max: 2, eval: copyIndex, partial: true, keeps: true}}
}

// CopyIndexName is the local under which a host binds the turn of a copy loop.
// Without a name it is that of the innermost loop of resources.
func CopyIndexName(loop string) string {
	if loop == "" {
		return "copyIndex()"
	}
	return "copyIndex('" + strings.ToLower(loop) + "')"
}

// copyIndex is copyIndex(), copyIndex(offset), copyIndex(loop) or
// copyIndex(loop, offset).
func copyIndex(c caller, args []arm.Value) arm.Value {
	loop, named := "", false
	if len(args) > 0 {
		if loop, named = args[0].Str(); named {
			args = args[1:]
		}
	}
	index, ok := c.env.local(CopyIndexName(loop))
	switch {
	case !ok && named:
		return c.fail("there is no loop %q here", loop)
	case !ok:
		return c.fail("it is used outside of a loop")
	case len(args) == 0:
		return index.At(c.at())
	case len(args) > 1:
		return c.wrong(args, 0, "string")
	}
	c.name = "add"
	both := []arm.Value{index, args[0]}
	if anyOpaque(both) {
		return c.unknown(both)
	}
	return arithmetic(addInts)(c, both)
}
