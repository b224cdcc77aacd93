package route

import (
	"bytes"
	"strconv"
)

// Bounds of what is watched. Deeper names are not looked at.
const (
	watchDepth = 24
	watchToken = 160 // bytes of a name or value that are kept
	maxItems   = 256 // output items of a response that are remembered
)

// word is a name that matters in an answer.
type word uint8

const (
	otherWord word = iota
	wID
	wThreadID
	wModel
	wStatus
	wObject
	wCode
	wError
	wResponse
	wFile
	wUsage
	wInput
	wOutput
	wTotal
	wCached
	wReasoning
	wAudio
	wSeconds
	wInputDetails
	wOutputDetails
	wFinish
	wReason
	wFiltered
	wDetected
	wBlocked
	wPromptResults
	wResult
	wResults
	wSourceType
	wOutputItems
	firstCategory // words from here on are categories
)

// words by which answers say what matters. Source: azure-rest-api-specs and
// OpenAI's API reference; content filter shapes as Azure documents them.
var words = map[string]word{
	"id": wID, "thread_id": wThreadID, "model": wModel, "status": wStatus, "code": wCode, "error": wError,
	"response": wResponse, "file": wFile, "usage": wUsage,
	"prompt_tokens": wInput, "input_tokens": wInput, "completion_tokens": wOutput, "output_tokens": wOutput, "total_tokens": wTotal,
	"cached_tokens": wCached, "reasoning_tokens": wReasoning, "audio_tokens": wAudio, "seconds": wSeconds,
	"prompt_tokens_details": wInputDetails, "input_tokens_details": wInputDetails, "input_token_details": wInputDetails,
	"completion_tokens_details": wOutputDetails, "output_tokens_details": wOutputDetails, "output_token_details": wOutputDetails,
	"finish_reason": wFinish, "reason": wReason, "filtered": wFiltered, "detected": wDetected, "blocked": wBlocked,
	"prompt_filter_results": wPromptResults, "content_filter_result": wResult, "content_filter_results": wResults, "source_type": wSourceType, "output": wOutputItems,
	"hate": firstCategory, "self_harm": firstCategory + 1, "sexual": firstCategory + 2, "violence": firstCategory + 3,
	"jailbreak": firstCategory + 4, "indirect_attack": firstCategory + 5, "profanity": firstCategory + 6,
	"protected_material_text": firstCategory + 7, "protected_material_code": firstCategory + 8,
	"ungrounded_material": firstCategory + 9, "custom_blocklists": firstCategory + 10, "custom_topics": firstCategory + 11,
}

var categories = [...]string{"hate", "self_harm", "sexual", "violence", "jailbreak", "indirect_attack", "profanity",
	"protected_material_text", "protected_material_code", "ungrounded_material", "custom_blocklists", "custom_topics"}

// watcher reads one JSON document in pieces of any size and in constant
// memory, and notes the values of words. It checks nothing.
type watcher struct {
	a       *Answer
	depth   int
	names   [watchDepth + 1]word
	objects [watchDepth + 1]bool
	atKey   bool   // the next string is a name
	inside  bool   // of a string
	escaped bool   // the next byte is
	token   []byte // in space
	space   [watchToken]byte
	scalar  bool // token is a number or a word
	prompt  bool // source_type says that what follows is about the prompt
}

func (w *watcher) restart() {
	w.depth, w.atKey, w.inside, w.escaped, w.scalar, w.prompt = 0, false, false, false, false, false
	w.token = w.space[:0]
}

func (w *watcher) feed(p []byte) {
	for len(p) > 0 {
		if w.inside {
			p = p[w.string(p):]
			continue
		}
		w.structure(p[0])
		p = p[1:]
	}
}

// string takes bytes of a string, up to the quote or backslash that is next.
func (w *watcher) string(p []byte) int {
	if w.escaped {
		w.escaped = false
		w.keep(p[:1])
		return 1
	}
	n := bytes.IndexByte(p, '"')
	text := p
	if n >= 0 {
		text = p[:n]
	}
	if back := bytes.IndexByte(text, '\\'); back >= 0 {
		w.keep(text[:back])
		w.escaped = true
		return back + 1
	}
	w.keep(text)
	if n < 0 {
		return len(p)
	}
	w.inside = false
	w.endString()
	return n + 1
}

func (w *watcher) keep(b []byte) {
	if room := watchToken - len(w.token); room > 0 {
		w.token = append(w.token, b[:min(room, len(b))]...)
	}
}

func (w *watcher) structure(c byte) {
	switch c {
	case '"':
		w.endScalar()
		w.inside, w.token = true, w.token[:0]
	case '{', '[':
		w.endScalar()
		w.open(c == '{')
	case '}', ']':
		w.endScalar()
		w.depth = max(0, w.depth-1)
		w.atKey = false
	case ',':
		w.endScalar()
		w.atKey = w.object()
	case ':':
		w.atKey = false
	case ' ', '\n', '\r', '\t':
		w.endScalar()
	default:
		if !w.scalar {
			w.scalar, w.token = true, w.token[:0]
		}
		if len(w.token) < watchToken {
			w.token = append(w.token, c)
		}
	}
}

func (w *watcher) open(object bool) {
	w.depth++
	if w.depth <= watchDepth {
		w.names[w.depth], w.objects[w.depth] = otherWord, object
		if w.at(0) == otherWord && w.at(1) == wUsage && w.isTop(1) {
			w.a.Usage = Usage{Known: true}
		}
		if w.at(0) == otherWord && w.at(1) == wError && w.at(2) != otherWord {
			w.a.Filter.Failed = w.a.Filter.Failed || w.at(2) == wResults || w.at(2) == wResult
		}
	}
	w.atKey = object
}

func (w *watcher) object() bool {
	return w.depth > 0 && w.depth <= watchDepth && w.objects[w.depth]
}

// at is the name under which the reader is, up levels above the innermost.
func (w *watcher) at(up int) word {
	if d := w.depth - up; d > 0 && d <= watchDepth {
		return w.names[d]
	}
	return otherWord
}

// isTop says whether the name up levels above is one of the document's, or of
// the response that an event brings.
func (w *watcher) isTop(up int) bool {
	d := w.depth - up
	return d == 1 || d == 2 && w.names[1] == wResponse
}

func (w *watcher) endString() {
	if w.atKey && w.object() {
		w.names[w.depth] = words[string(w.token)]
		return
	}
	if name := w.at(0); name != otherWord && w.object() {
		w.a.text(w, name)
	}
}

// text notes a string.
func (a *Answer) text(w *watcher, name word) {
	if name == a.idName && a.ID == "" && w.holdsID(a.idIn) {
		a.ID = string(w.token)
		return
	}
	switch name {
	case wID:
		if w.at(2) == wOutputItems && w.isTop(2) && a.meter == ResponsesMeter && len(a.Items) < maxItems {
			addOnce(&a.Items, string(w.token))
		}
	case wModel:
		if w.isTop(0) && len(w.token) > 0 {
			a.Model = string(w.token)
		}
	case wStatus:
		if w.isTop(0) {
			a.Status = string(w.token)
		}
	case wCode:
		a.code(w)
	case wFinish, wReason:
		a.Filter.Blocked = a.Filter.Blocked || string(w.token) == "content_filter"
	case wSourceType:
		w.prompt = string(w.token) == "prompt"
	}
}

func (w *watcher) holdsID(parent word) bool {
	if parent == otherWord {
		return w.isTop(0)
	}
	return w.depth == 2 && w.names[1] == parent
}

func (a *Answer) code(w *watcher) {
	if w.at(1) != wError || !w.isTop(1) {
		return
	}
	a.Error = string(w.token)
	a.Filter.Blocked = a.Filter.Blocked || a.Error == "content_filter"
}

func (w *watcher) endScalar() {
	if !w.scalar {
		return
	}
	w.scalar = false
	name := w.at(0)
	if name == otherWord || !w.object() {
		return
	}
	switch w.token[0] {
	case 't':
		w.a.found(w, name)
	case 'f', 'n':
	default:
		w.a.number(w, name)
	}
}

// found notes that something is true.
func (a *Answer) found(w *watcher, name word) {
	if name == wBlocked {
		a.Filter.Blocked = true
		return
	}
	category, verdict := w.category()
	switch {
	case category == "":
	case name == wFiltered:
		addOnce(&verdict.Filtered, category)
	case name == wDetected:
		addOnce(&verdict.Detected, category)
	}
}

// category is what a verdict is about: the nearest category above, and whether
// it stands in results about the prompt.
func (w *watcher) category() (string, *Verdict) {
	name, about := "", &w.a.Filter.Completion
	if w.prompt {
		about = &w.a.Filter.Prompt
	}
	for d := min(w.depth, watchDepth); d > 0; d-- {
		switch x := w.names[d]; {
		case x >= firstCategory && name == "":
			name = categories[x-firstCategory]
		case x == wPromptResults || x == wResult: // the singular stands in errors, which are about prompts
			about = &w.a.Filter.Prompt
		}
	}
	return name, about
}

// number notes a number, if it is one of the usage.
func (a *Answer) number(w *watcher, name word) {
	if w.at(1) == wUsage && w.isTop(1) {
		switch name {
		case wInput:
			a.Usage.Input = w.integer()
		case wOutput:
			a.Usage.Output = w.integer()
		case wTotal:
			a.Usage.Total = w.integer()
		case wSeconds:
			a.Usage.Seconds, _ = strconv.ParseFloat(string(w.token), 64)
		}
	}
	if w.at(2) != wUsage || !w.isTop(2) {
		return
	}
	switch details := w.at(1); {
	case details == wInputDetails && name == wCached:
		a.Usage.Cached = w.integer()
	case details == wInputDetails && name == wAudio:
		a.Usage.AudioIn = w.integer()
	case details == wOutputDetails && name == wReasoning:
		a.Usage.Reasoning = w.integer()
	case details == wOutputDetails && name == wAudio:
		a.Usage.AudioOut = w.integer()
	}
}

func (w *watcher) integer() int64 {
	n, err := strconv.ParseInt(string(w.token), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
