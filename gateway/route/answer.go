package route

// Answer watches what an upstream answers, and notes what a gateway must know
// of it. It sees the bytes and changes none. What it doesn't understand it
// leaves out.
type Answer struct {
	Usage    Usage
	Filter   Filter
	ID       string   // of what was made; for a run of a new thread the thread's
	Items    []string // IDs of the output items of a response
	Model    string   // as the upstream names it
	Status   string   // of a response or run
	Error    string   // code of an error, also of one in a stream
	Events   int      // with data, of a stream
	Deltas   int      // of them, those with text
	Text     int      // bytes of text, as JSON, in all deltas
	Finished bool     // a stream came to its end

	idName, idIn word // where the ID stands
	meter        Meter
	watch        watcher
	like         likeness
}

// Usage is what the upstream says it used. Known is false until it does.
type Usage struct {
	Known     bool
	Input     int64
	Output    int64
	Total     int64
	Cached    int64 // of Input
	Reasoning int64 // of Output
	AudioIn   int64 // of Input
	AudioOut  int64 // of Output
	Seconds   float64
}

// Filter is what the upstream's content filter said.
type Filter struct {
	Blocked    bool    // the call was refused, or the answer cut, by the filter
	Failed     bool    // the filter couldn't run
	Prompt     Verdict // of what was sent
	Completion Verdict // of what was answered
}

// Verdict is which categories of the filter were found, each once, in Azure's
// words.
type Verdict struct {
	Filtered []string
	Detected []string
}

// NewAnswer watches the answer to an operation.
func NewAnswer(op *Operation) *Answer {
	a := &Answer{idName: wID, meter: op.Meter}
	switch op.Name {
	case "threads.create_and_run":
		a.idName = wThreadID
	case "uploads.complete":
		a.idIn = wFile
	}
	a.watch.a, a.watch.token = a, a.watch.space[:0]
	return a
}

// Bytes takes the next bytes of an answer that is one JSON document.
func (a *Answer) Bytes(p []byte) { a.watch.feed(p) }

// Event takes the next event of a stream. It reports whether that is the one
// chunk of a chat or completions stream that has no choices but the usage,
// which comes only if it is asked for.
func (a *Answer) Event(e Event) (usageOnly bool) {
	if len(e.Data) == 0 {
		return false
	}
	if string(e.Data) == "[DONE]" {
		a.Finished = true
		return false
	}
	a.Events++
	g := a.like.glance(e.Data, a.meter)
	milestone := isMilestone(e.Name)
	if g.text > 0 && !milestone {
		a.Deltas++
		a.Text += g.text
	}
	if a.Events == 1 || g.usage || g.found || milestone {
		a.watch.restart()
		a.watch.feed(e.Data)
		a.Finished = a.Finished || ends(e.Name)
	}
	return g.usage && g.noChoices
}

// isMilestone knows the events of responses, runs and images that begin and
// end something. Source: the streaming events of OpenAI's API reference.
func isMilestone(name []byte) bool {
	switch string(name) {
	case "response.created", "response.queued", "error", "thread.created", "thread.run.created", "thread.run.failed":
		return true
	}
	return ends(name)
}

func ends(name []byte) bool {
	switch string(name) {
	case "response.completed", "response.failed", "response.incomplete", "thread.run.completed", "thread.run.incomplete",
		"thread.run.requires_action", "thread.run.cancelled", "thread.run.expired", "done",
		"image_generation.completed", "image_edit.completed", "transcript.text.done", "speech.audio.done":
		return true
	}
	return false
}

func skipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

func addOnce(list *[]string, v string) {
	for _, x := range *list {
		if x == v {
			return
		}
	}
	*list = append(*list, v)
}
