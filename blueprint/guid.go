package blueprint

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// guidNamespace is the namespace in which the template function guid makes its
// UUIDs: 11fb06fb-712d-4ddd-98c7-e71bbd588830.
var guidNamespace = [16]byte{0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30}

// guid is what the template function guid(parts…) gives: the version 5 UUID
// (RFC 4122, section 4.3) of the parts with dashes between them. The name of a
// role assignment is guid(scope, principal, role definition GUID), where the
// principal is an object ID, or the ID of the resource whose identity it is.
func guid(parts ...string) string {
	sum := sha1.Sum(append(guidNamespace[:], strings.Join(parts, "-")...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	t := hex.EncodeToString(id)
	return t[:8] + "-" + t[8:12] + "-" + t[12:16] + "-" + t[16:20] + "-" + t[20:]
}
