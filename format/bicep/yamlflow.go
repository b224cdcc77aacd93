package bicep

import (
	"strings"

	"palisade/arm"
)

// flow reads a flow collection, [a, b] or {a: b}, from the current line on.
func (y *yamlReader) flow(at arm.Pos) arm.Value {
	start := y.lines[y.i].start
	f := &flowReader{yamlReader: y, s: y.text[start:y.flowEnd()]}
	v := f.value()
	f.blank()
	if y.err == nil && f.s != "" {
		y.fail("unexpected text after the closing bracket")
	}
	return v.At(at)
}

// flowEnd is where the text of a flow collection ends; it goes past its lines.
func (y *yamlReader) flowEnd() int {
	depth := 0
	for ; y.i < len(y.lines); y.i++ {
		quote := byte(0)
		for i := y.lines[y.i].start; i < y.lines[y.i].end; i++ {
			c := y.text[i]
			switch {
			case quote == '"' && c == '\\':
				i++
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '[' || c == '{':
				depth++
			case c == ']' || c == '}':
				depth--
			}
		}
		if depth <= 0 {
			y.i++
			return y.lines[y.i-1].end
		}
	}
	y.i = len(y.lines) - 1
	y.fail("expected a closing bracket")
	y.i = len(y.lines)
	return len(y.text)
}

// flowReader reads what is left in s.
type flowReader struct {
	*yamlReader
	s string
}

func (f *flowReader) blank() {
	for {
		f.s = strings.TrimLeft(f.s, " \t\r\n")
		if !strings.HasPrefix(f.s, "#") {
			return
		}
		_, f.s, _ = strings.Cut(f.s, "\n")
	}
}

func (f *flowReader) value() arm.Value {
	f.depth++
	defer func() { f.depth-- }()
	if f.depth > yamlDepth {
		f.fail("nested too deeply")
	}
	f.blank()
	switch {
	case f.err != nil:
		return arm.Value{}
	case strings.HasPrefix(f.s, "["):
		return f.list()
	case strings.HasPrefix(f.s, "{"):
		return f.object()
	}
	return f.scalar(f.piece(), arm.Pos{})
}

// piece cuts off the text of a scalar.
func (f *flowReader) piece() string {
	end := strings.IndexAny(f.s, ",]}\n")
	if strings.HasPrefix(f.s, `"`) || strings.HasPrefix(f.s, "'") {
		end = quotedEnd(f.s)
	} else if colon := keyEnd(f.s); colon >= 0 && (end < 0 || colon < end) {
		end = colon
	}
	if end < 0 {
		end = len(f.s)
	}
	s := f.s[:end]
	f.s = f.s[end:]
	return strings.TrimRight(s, " \t\r")
}

// more goes past a comma or the closing bracket; it returns false at the end.
func (f *flowReader) more(end byte, first bool) bool {
	f.blank()
	if f.err != nil {
		return false
	}
	if f.s == "" {
		f.fail("expected a closing bracket")
		return false
	}
	if f.s[0] == ',' && !first {
		f.s = f.s[1:]
		f.blank()
	} else if f.s[0] != end && !first {
		f.fail("expected a comma or a closing bracket")
		return false
	}
	if f.s != "" && f.s[0] == end {
		f.s = f.s[1:]
		return false
	}
	return true
}

func (f *flowReader) list() arm.Value {
	f.s = f.s[1:]
	var items []arm.Value
	for first := true; f.more(']', first); first = false {
		items = append(items, f.value())
	}
	return arm.Array(items, arm.Pos{})
}

func (f *flowReader) object() arm.Value {
	f.s = f.s[1:]
	var members []arm.Member
	for first := true; f.more('}', first); first = false {
		m := arm.Member{Name: f.key(f.piece())}
		f.blank()
		if strings.HasPrefix(f.s, ":") {
			f.s = f.s[1:]
			m.Value = f.value()
		}
		members = append(members, m)
	}
	return arm.Obj(arm.NewObject(members), arm.Pos{})
}
