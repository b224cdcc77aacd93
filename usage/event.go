package usage

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

// Event is what the log itself has to say, between the records.
type Event struct {
	Event string // one of the constants
	Time  time.Time
	Count int64  // lost: records; cut: bytes; retired: leaves that may be gone
	Key   string // key: name of the data key
	With  string // key: ID of the vault's key that it is wrapped with
	Wrap  []byte // key: the wrapped data key
}

// The events.
const (
	EventCut     = "cut"     // an unfinished end was cut off at a start
	EventLost    = "lost"    // records couldn't be written
	EventRetired = "retired" // segments were deleted by age
	EventKey     = "key"     // text is sealed with this key
)

const (
	eventStart  = `{"event":`
	recordStart = `{"time":`
)

func appendEvent(b []byte, v *Event) []byte {
	e := encoder{append(b, '{')}
	e.str("event", v.Event)
	e.time("time", v.Time)
	e.num("count", v.Count)
	e.str("key", v.Key)
	e.str("with", v.With)
	e.bytes("wrap", v.Wrap)
	return append(e.b, '}')
}

func parseEvent(line []byte) (*Event, error) {
	v := &Event{}
	err := members(line, func(name string, raw jsonRaw) error {
		switch name {
		case "event":
			return readString(raw, &v.Event)
		case "time":
			return readTime(raw, &v.Time)
		case "count":
			return readInt(raw, &v.Count)
		case "key":
			return readString(raw, &v.Key)
		case "with":
			return readString(raw, &v.With)
		case "wrap":
			return readBytes(raw, &v.Wrap)
		}
		return nil
	})
	if err == nil && v.Event == "" {
		err = errors.New("no event")
	}
	return v, err
}

// checkLeaf holds that a line could have been written as a record or event.
func checkLeaf(line []byte) error {
	if !bytes.HasPrefix(line, []byte(eventStart)) && !bytes.HasPrefix(line, []byte(recordStart)) {
		return errors.New("neither a record nor an event")
	}
	if !json.Valid(line) {
		return errors.New("not JSON")
	}
	return nil
}
