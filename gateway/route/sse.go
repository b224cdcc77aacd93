package route

import "bytes"

// Event is one server-sent event, or a comment, with the blank line behind it.
// Its bytes may be used until Feed or End returns.
type Event struct {
	Raw  []byte // as it came
	Name []byte // of the field event, or empty
	Data []byte // the fields data, joined by LF
	Cut  bool   // Raw is only a part of an event that is longer than MaxEvent
}

// MaxEvent is the longest event, in bytes, that is held together.
const MaxEvent = 4 << 20

// Events splits a stream into events as the HTML standard, section 9.2.6,
// reads them: lines may end in LF, CRLF or CR. All Raw together are the stream.
type Events struct {
	held  []byte // the start of an event
	lines int    // bytes of held that are whole lines
	cut   bool   // the start of this event went out already
	data  []byte // for data of several lines
}

// Feed takes the next bytes and gives the events that are complete to each.
func (e *Events) Feed(p []byte, each func(Event)) {
	b, from := p, 0
	if len(e.held) > 0 {
		e.held = append(e.held, p...)
		b, from = e.held, e.lines
	}
	start := 0
	for {
		if n := plainEvent(b[start:]); n > 0 && from == start && !e.cut {
			each(Event{Raw: b[start : start+n], Data: b[start+len(plainField) : start+n-2]})
			start, from = start+n, start+n
			continue
		}
		end, lines := eventEnd(b, from)
		if end < 0 {
			from = lines
			break
		}
		e.emit(b[start:end], e.cut, each)
		e.cut, start, from = false, end, end
	}
	e.hold(b[start:], from-start, each)
}

const plainField = "data: "

// plainEvent is the length of an event at the start of b that is one line of
// data, as nearly all are; 0 if it is another.
func plainEvent(b []byte) int {
	if len(b) < len(plainField) || string(b[:len(plainField)]) != plainField {
		return 0
	}
	i := bytes.IndexByte(b, '\n')
	if i < 0 || i+1 == len(b) || b[i+1] != '\n' || bytes.IndexByte(b[:i], '\r') >= 0 {
		return 0
	}
	return i + 2
}

// hold keeps the start of an event for later, unless it is too long.
func (e *Events) hold(rest []byte, lines int, each func(Event)) {
	if len(rest) > MaxEvent {
		e.emit(rest[:lines], true, each)
		if lines == 0 { // one endless line
			e.emit(rest, true, each)
			lines = len(rest)
		}
		rest, lines, e.cut = rest[lines:], 0, true
	}
	e.held, e.lines = append(e.held[:0], rest...), lines
}

// End gives what is left at the end of the stream, which may be half an event.
func (e *Events) End(each func(Event)) {
	if len(e.held) > 0 {
		e.emit(e.held, e.cut, each)
	}
	e.held, e.lines, e.cut = e.held[:0], 0, false
}

// Reset makes e ready for another stream, with memory that it has.
func (e *Events) Reset() {
	const mostKept = 64 << 10
	*e = Events{held: e.held[:0], data: e.data[:0]}
	if cap(e.held)+cap(e.data) > mostKept {
		*e = Events{}
	}
}

func (e *Events) emit(raw []byte, cut bool, each func(Event)) {
	if len(raw) == 0 {
		return
	}
	v := Event{Raw: raw, Cut: cut}
	if !cut {
		e.read(&v)
	}
	each(v)
}

// read sets the fields of an event from its lines.
func (e *Events) read(v *Event) {
	several := false
	for rest := v.Raw; len(rest) > 0; {
		var text []byte
		text, rest, _ = cutLine(rest, true)
		if value, ok := fieldValue(text, "data"); ok {
			switch {
			case v.Data == nil:
				v.Data = value
			case !several:
				several = true
				e.data = append(append(append(e.data[:0], v.Data...), '\n'), value...)
				v.Data = e.data
			default:
				e.data = append(append(e.data, '\n'), value...)
				v.Data = e.data
			}
		} else if value, ok := fieldValue(text, "event"); ok {
			v.Name = value
		}
	}
}

func fieldValue(text []byte, field string) ([]byte, bool) {
	if len(text) <= len(field) || text[len(field)] != ':' || string(text[:len(field)]) != field {
		return nil, false
	}
	value := text[len(field)+1:]
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	return value, true
}

// eventEnd is where the first event ends of which a line begins at from; -1 if
// it isn't complete, and then how far its lines are.
func eventEnd(b []byte, from int) (end, lines int) {
	for {
		text, rest, ok := cutLine(b[from:], false)
		if !ok {
			return -1, from
		}
		from = len(b) - len(rest)
		if len(text) == 0 {
			return from, from
		}
	}
}

// cutLine takes the first line of b. A CR at the end of b may be half of a
// CRLF, so it ends a line only if nothing more can come.
func cutLine(b []byte, final bool) (text, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '\n')
	until := b
	if i >= 0 {
		until = b[:i]
	}
	if j := bytes.IndexByte(until, '\r'); j >= 0 {
		switch {
		case j+1 == i:
			return b[:j], b[i+1:], true
		case j+1 < len(b) || final:
			return b[:j], b[j+1:], true
		}
		return nil, b, false
	}
	if i >= 0 {
		return b[:i], b[i+1:], true
	}
	if final {
		return b, nil, true
	}
	return nil, b, false
}
