package upstream

import (
	"encoding/binary"
	"errors"
)

// Errors of WebSocket frames. They end a tunnel.
var (
	errFrame     = errors.New("not a WebSocket frame as RFC 6455 wants it")
	errFrameLong = errors.New("a WebSocket frame is too long")
)

// Opcodes of RFC 6455, section 5.2.
const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// frames reads one direction of a WebSocket as it passes, and changes nothing.
// Frames have to be well formed and no longer than limit; compressed ones aren't
// taken. Text messages are shown to tap.
type frames struct {
	limit  int64
	masked bool // frames come from a client
	most   int  // bytes of a message that tap is shown
	tap    func(message []byte, whole bool) error

	head    [14]byte
	have    int   // bytes of head
	left    int64 // of the payload
	op      byte
	last    bool // the frame ends its message
	key     [4]byte
	at      int  // of the payload, modulo 4
	message byte // opcode of the message that has begun, or 0
	text    []byte
	whole   bool
	closed  bool // a close frame has passed
}

// feed takes the next bytes.
func (f *frames) feed(p []byte) error {
	for len(p) > 0 {
		if f.left > 0 {
			n := int(min(f.left, int64(len(p))))
			f.payload(p[:n])
			f.left -= int64(n)
			p = p[n:]
		} else {
			f.head[f.have] = p[0]
			f.have++
			p = p[1:]
			if f.have < f.headLength() {
				continue
			}
			if err := f.begin(); err != nil {
				return err
			}
		}
		if f.left == 0 {
			if err := f.end(); err != nil {
				return err
			}
		}
	}
	return nil
}

// headLength is how long the header is, as far as it can be said.
func (f *frames) headLength() int {
	n := 2
	if f.have < n {
		return n
	}
	switch f.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if f.head[1]&0x80 != 0 {
		n += 4
	}
	return n
}

// begin reads a header that is complete.
func (f *frames) begin() error {
	f.op, f.last = f.head[0]&0x0f, f.head[0]&0x80 != 0
	hasMask, short := f.head[1]&0x80 != 0, int64(f.head[1]&0x7f)
	length, at := uint64(short), 2
	switch short {
	case 126:
		length, at = uint64(binary.BigEndian.Uint16(f.head[2:])), 4
	case 127:
		length, at = binary.BigEndian.Uint64(f.head[2:]), 10
	}
	f.have, f.at = 0, 0
	switch {
	case f.head[0]&0x70 != 0, hasMask != f.masked, f.closed:
		return errFrame
	case length > uint64(f.limit):
		return errFrameLong
	case hasMask:
		f.key = [4]byte(f.head[at : at+4])
	}
	f.left = int64(length)
	return f.order(short)
}

// order holds frames against what came before.
func (f *frames) order(short int64) error {
	switch f.op {
	case opText, opBinary:
		if f.message != 0 {
			return errFrame
		}
		f.message, f.text, f.whole = f.op, f.text[:0], true
	case opContinuation:
		if f.message == 0 {
			return errFrame
		}
	case opClose, opPing, opPong:
		if !f.last || short > 125 {
			return errFrame
		}
	default:
		return errFrame
	}
	return nil
}

func (f *frames) isControl() bool { return f.op >= opClose }

// payload keeps what tap is shown.
func (f *frames) payload(p []byte) {
	if f.tap == nil || f.isControl() || f.message != opText {
		return
	}
	if room := f.most - len(f.text); len(p) > room {
		p, f.whole = p[:room], false
	}
	start := len(f.text)
	f.text = append(f.text, p...)
	if f.masked {
		for i := range f.text[start:] {
			f.text[start+i] ^= f.key[(f.at+i)%4]
		}
	}
	f.at = (f.at + len(p)) % 4
}

// end is called when a frame is complete.
func (f *frames) end() error {
	switch {
	case f.op == opClose:
		f.closed = true
	case f.isControl() || !f.last:
	default:
		message := f.message
		f.message = 0
		if f.tap != nil && message == opText {
			return f.tap(f.text, f.whole)
		}
	}
	return nil
}
