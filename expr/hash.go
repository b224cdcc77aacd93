package expr

import (
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"strings"

	"palisade/arm"
)

// hashFunctions are the functions whose value is a hash of strings.
func hashFunctions() []builtin {
	return []builtin{
		{name: "uniqueString", min: 1, max: -1, eval: hashed(uniqueString)},
		{name: "guid", min: 1, max: -1, eval: hashed(nameGUID)},
	}
}

// hashed applies a hash to the arguments, joined by hyphens.
func hashed(hash func(string) string) func(caller, []arm.Value) arm.Value {
	return func(c caller, args []arm.Value) arm.Value {
		texts := make([]string, len(args))
		size := 0
		for i, a := range args {
			s, ok := plain(a)
			if !ok {
				return c.wrong(args, i, "string")
			}
			texts[i] = s
			size += len(s) + 1
		}
		if c.env.spend(size / 16); size > MaxString {
			return c.fail("string is longer than %d bytes", MaxString)
		}
		return c.str(hash(strings.Join(texts, "-")))
	}
}

// uniqueString is a 64-bit hash in base 32, 13 characters. Resource Manager
// doesn't document it; it is known from Azure's Terraform provider azapi
// (function unique_string) and from published values, which the tests hold.
func uniqueString(s string) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	h := murmur64([]byte(s))
	var out [13]byte
	for i := range out {
		out[i] = alphabet[h>>59]
		h <<= 5
	}
	return string(out[:])
}

const (
	murmurA = 0x239b961b
	murmurB = 0xab0e9789
)

// murmur64 is a MurmurHash3 of two 32-bit lanes: the first two of the 128-bit
// variant for 32-bit machines, with rotations of its own.
func murmur64(data []byte) uint64 {
	var h1, h2 uint32
	n := uint32(len(data))
	for ; len(data) >= 8; data = data[8:] {
		h1 ^= scramble(binary.LittleEndian.Uint32(data), murmurA, 15, murmurB)
		h1 = (bits.RotateLeft32(h1, 19)+h2)*5 + 0x561ccd1b
		h2 ^= scramble(binary.LittleEndian.Uint32(data[4:]), murmurB, 17, murmurA)
		h2 = (bits.RotateLeft32(h2, 13)+h1)*5 + 0x0bcaa747
	}
	var tail [8]byte
	copy(tail[:], data)
	h1 ^= scramble(binary.LittleEndian.Uint32(tail[:]), murmurA, 15, murmurB)
	h2 ^= scramble(binary.LittleEndian.Uint32(tail[4:]), murmurB, 17, murmurA)

	h1 ^= n
	h2 ^= n
	h1 += h2
	h2 += h1
	h1, h2 = mix(h1), mix(h2)
	h1 += h2
	h2 += h1
	return uint64(h2)<<32 | uint64(h1)
}

func scramble(k, before uint32, rotation int, after uint32) uint32 {
	return bits.RotateLeft32(k*before, rotation) * after
}

func mix(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// guidNamespace is 11fb06fb-712d-4ddd-98c7-e71bbd588830, which Resource Manager
// makes its GUIDs in.
var guidNamespace = [16]byte{0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30}

// nameGUID is the version 5 UUID of s (RFC 4122, section 4.3).
func nameGUID(s string) string {
	sum := sha1.Sum(append(guidNamespace[:], s...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id)
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
