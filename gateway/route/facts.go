package route

// Facts are what a body says about the names that matter. Places are offsets
// into the body, so that an edit needs nothing else.
type Facts struct {
	Model         Text
	Stream        Flag
	StreamOptions Span // the value of stream_options, or empty
	IncludeUsage  Flag
	includeAt     Span   // its value, or empty
	MaxTokens     Number // max_tokens
	MaxCompletion Number // max_completion_tokens
	MaxOutput     Number // max_output_tokens
	N             Number
	BestOf        Number
	Store         Flag
	Background    Flag
	Endpoint      string   // of a batch
	Purpose       string   // of a file or upload
	ToolTypes     []string // of tools, functions, web_search_options and data_sources, each once; "" if a tool has no type
	ToolChoice    string   // or the type that it names
	Refs          []Ref    // stored things that the body names, each once
	Images        int      // in the prompt
	Audio         int
	Files         int
	Text          []Span // the strings of the prompt, without their quotes, in the body's order
	TextBytes     int    // in all of Text
	WideBytes     int    // of those, bytes of characters outside ASCII
	SchemaBytes   int    // of strings in tools and response formats
	TokenCount    int    // tokens that are given as numbers
	Prompts       int    // elements of input or prompt, if that is a list
	open          int    // behind the first brace of the body
	empty         bool   // the body is {}
	optionsFilled bool   // stream_options has members
}

// Span is a part of a body, from Start up to End.
type Span struct{ Start, End int }

// Of is that part of the body.
func (s Span) Of(body []byte) []byte { return body[s.Start:s.End] }

// IsEmpty says that there is no such part.
func (s Span) IsEmpty() bool { return s.End <= s.Start }

// Text is a string of the body. At includes the quotes, and is empty when the
// name isn't there; for null the value is "".
type Text struct {
	Value string
	At    Span
}

// Flag is a boolean that may be left out, or null.
type Flag uint8

// The values of a Flag.
const (
	Unset Flag = iota
	No
	Yes
)

// Number is an integer that may be left out, or null.
type Number struct {
	Value int64
	Set   bool
}

// Ref names a stored thing.
type Ref struct {
	Kind Stored
	ID   string
}

// MaxOutputTokens is the least of the limits that the body sets, per choice;
// ok is false without one.
func (f *Facts) MaxOutputTokens() (n int64, ok bool) {
	for _, m := range [...]Number{f.MaxTokens, f.MaxCompletion, f.MaxOutput} {
		if m.Set && (!ok || m.Value < n) {
			n, ok = m.Value, true
		}
	}
	return n, ok
}

// Choices is how many answers are generated and paid for: the greater of n and
// best_of, for each prompt.
func (f *Facts) Choices() int64 {
	n := max(1, f.N.Value, f.BestOf.Value)
	return n * int64(max(1, f.Prompts))
}

// Changes says whether the call leaves something behind at the upstream, so
// that it mustn't be sent twice. Responses are stored unless the body says no.
func (f *Facts) Changes(op *Operation) bool {
	if !op.Repeatable || f.Background == Yes {
		return true
	}
	switch op.Makes {
	case Response:
		return f.Store != No
	case Completion:
		return f.Store == Yes
	}
	return false
}

func (f *Facts) addRef(kind Stored, id string) {
	r := Ref{kind, id}
	for _, x := range f.Refs {
		if x == r {
			return
		}
	}
	f.Refs = append(f.Refs, r)
}

func (f *Facts) addTool(name string) {
	for _, x := range f.ToolTypes {
		if x == name {
			return
		}
	}
	f.ToolTypes = append(f.ToolTypes, name)
}

// reset empties f and keeps its memory.
func (f *Facts) reset() {
	*f = Facts{Text: f.Text[:0], ToolTypes: f.ToolTypes[:0], Refs: f.Refs[:0]}
}
