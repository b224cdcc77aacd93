package armjson

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is raw as UTF-8 without a byte order mark. UTF-16 is recognised by its
// mark; everything else is taken for UTF-8. Positions count bytes of this text.
func Text(raw []byte) []byte {
	switch {
	case bytes.HasPrefix(raw, []byte(utf8Mark)):
		return raw[len(utf8Mark):]
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}):
		return fromUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		return fromUTF16(raw[2:], binary.BigEndian)
	}
	return raw
}

const utf8Mark = "\xEF\xBB\xBF"

func fromUTF16(raw []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	text := make([]byte, 0, len(units))
	for _, r := range utf16.Decode(units) {
		text = utf8.AppendRune(text, r)
	}
	return text
}
