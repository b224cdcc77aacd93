package caller

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net/netip"
)

// Numbers of the PROXY protocol version 2. Source: HAProxy, doc/proxy-protocol.txt,
// section 2.2; those of Azure: azure-docs, private-link-service-overview.md.
const (
	proxySignature = "\r\n\r\n\x00\r\nQUIT\n"
	proxyFixed     = 16   // bytes before the addresses
	maxProxyRest   = 4096 // bytes of addresses and fields that are accepted

	commandLocal = 0x20
	commandProxy = 0x21
	familyTCP4   = 0x11
	familyTCP6   = 0x21

	fieldChecksum = 0x03
	fieldAzure    = 0xEE
	azureLinkID   = 0x01
)

// What can be wrong with a PROXY header.
var (
	errNoProxy       = errors.New("proxy protocol: no version 2 header")
	errProxySize     = errors.New("proxy protocol: header too long")
	errProxyFamily   = errors.New("proxy protocol: neither TCP over IPv4 nor over IPv6")
	errProxyAddress  = errors.New("proxy protocol: not the address of a client")
	errProxyField    = errors.New("proxy protocol: malformed field")
	errProxyChecksum = errors.New("proxy protocol: wrong checksum")
)

// proxyHeader is what a load balancer says of a connection.
type proxyHeader struct {
	// Local is a connection of the load balancer itself, such as a probe.
	Local  bool
	Client netip.AddrPort
	Link   uint32
	IsLink bool
}

// readProxyHeader reads one header and not a byte more.
func readProxyHeader(r io.Reader) (proxyHeader, error) {
	fixed := make([]byte, proxyFixed)
	if _, err := io.ReadFull(r, fixed); err != nil {
		return proxyHeader{}, err
	}
	if string(fixed[:12]) != proxySignature {
		return proxyHeader{}, errNoProxy
	}
	size := int(binary.BigEndian.Uint16(fixed[14:]))
	if size > maxProxyRest {
		return proxyHeader{}, errProxySize
	}
	whole := append(fixed, make([]byte, size)...)
	if _, err := io.ReadFull(r, whole[proxyFixed:]); err != nil {
		return proxyHeader{}, err
	}
	return parseProxyHeader(whole)
}

// parseProxyHeader reads a header of the right length.
func parseProxyHeader(whole []byte) (proxyHeader, error) {
	switch whole[12] {
	case commandLocal:
		return proxyHeader{Local: true}, nil
	case commandProxy:
	default:
		return proxyHeader{}, errNoProxy
	}
	rest := whole[proxyFixed:]
	client, size, err := proxyClient(whole[13], rest)
	if err != nil {
		return proxyHeader{}, err
	}
	h := proxyHeader{Client: client}
	return h, h.fields(whole, proxyFixed+size)
}

// proxyClient reads the source out of the addresses, and says how long they are.
func proxyClient(family byte, rest []byte) (netip.AddrPort, int, error) {
	var address, size int
	switch family {
	case familyTCP4:
		address, size = 4, 12
	case familyTCP6:
		address, size = 16, 36
	default:
		return netip.AddrPort{}, 0, errProxyFamily
	}
	if len(rest) < size {
		return netip.AddrPort{}, 0, errProxyField
	}
	raw, _ := netip.AddrFromSlice(rest[:address])
	addr, ok := plain(raw)
	if !ok {
		return netip.AddrPort{}, 0, errProxyAddress
	}
	return netip.AddrPortFrom(addr, binary.BigEndian.Uint16(rest[2*address:])), size, nil
}

// fields reads the typed fields after the addresses. They fill the header
// exactly; those that aren't known are passed over.
func (h *proxyHeader) fields(whole []byte, at int) error {
	for at < len(whole) {
		if len(whole)-at < 3 {
			return errProxyField
		}
		kind, size := whole[at], int(binary.BigEndian.Uint16(whole[at+1:]))
		at += 3
		if len(whole)-at < size {
			return errProxyField
		}
		if err := h.field(kind, whole, at, size); err != nil {
			return err
		}
		at += size
	}
	return nil
}

func (h *proxyHeader) field(kind byte, whole []byte, at, size int) error {
	switch kind {
	case fieldChecksum:
		return checkProxySum(whole, at, size)
	case fieldAzure:
		return h.azure(whole[at : at+size])
	}
	return nil
}

// azure reads the LINKID, which is little-endian unlike all else. Two of them
// would leave it open which one rules mean.
func (h *proxyHeader) azure(value []byte) error {
	if len(value) == 0 || value[0] != azureLinkID {
		return nil
	}
	if len(value) != 5 || h.IsLink {
		return errProxyField
	}
	h.Link, h.IsLink = binary.LittleEndian.Uint32(value[1:]), true
	return nil
}

// checkProxySum holds the header against its CRC-32C, for which the field
// itself counts as zero.
func checkProxySum(whole []byte, at, size int) error {
	if size != 4 {
		return errProxyField
	}
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, whole[:at])
	sum = crc32.Update(sum, table, make([]byte, 4))
	sum = crc32.Update(sum, table, whole[at+4:])
	if sum != binary.BigEndian.Uint32(whole[at:]) {
		return errProxyChecksum
	}
	return nil
}
