package gateway

import (
	"mime"
	"net/http"
	"sync"

	"palisade/gateway/route"
)

// relayBuffer is the memory in which an answer is read and a stream is held. It
// is lent from call to call, as making it anew would be most of a stream's cost.
type relayBuffer struct {
	in     []byte
	out    []byte
	events route.Events
}

// Bounds of what is kept for other calls, in bytes.
const (
	relayRead    = 16 << 10
	mostRelayOut = 64 << 10
)

var relays = sync.Pool{New: func() any { return &relayBuffer{in: make([]byte, relayRead)} }}

// wholes are what answers begin to be read into that aren't streams.
var wholes = sync.Pool{New: func() any { b := make([]byte, 4<<10); return &b }}

// release gives the memory back, with what a stream has made of it. Nobody may
// use its bytes after that.
func (b *relayBuffer) release(r *relay) {
	b.events, b.out, r.events, r.out = r.events, r.out, route.Events{}, nil
	b.events.Reset()
	if b.out = b.out[:0]; cap(b.out) > mostRelayOut {
		b.out = nil
	}
	relays.Put(b)
}

// mediaType is the type of an answer, without its parameters.
func mediaType(h http.Header) string {
	switch text := h.Get("Content-Type"); text {
	case "application/json", "text/event-stream":
		return text
	default:
		media, _, _ := mime.ParseMediaType(text)
		return media
	}
}
