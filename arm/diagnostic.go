package arm

// Severity says whether a diagnostic leaves a hole in what was understood.
type Severity int

const (
	// Error marks input that couldn't be parsed or evaluated; what it would
	// have said is unknown.
	Error Severity = iota
	// Missing marks something that isn't there: a module, a linked template.
	Missing
	// Warning marks input that is odd but was understood.
	Warning
)

// Diagnostic is one thing wrong with the input, with its place.
type Diagnostic struct {
	Severity Severity
	Pos      Pos
	Message  string
	Hint     string // what to do about it, or ""
}

func (d Diagnostic) String() string {
	s := d.Pos.String() + ": " + d.Message
	if d.Hint != "" {
		s += " (" + d.Hint + ")"
	}
	return s
}
