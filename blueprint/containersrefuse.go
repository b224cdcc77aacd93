package blueprint

import (
	"fmt"
	"net"
	"slices"

	"palisade/spec"
)

// refuseContainers tells what a gateway in Container Apps would start without,
// or not hold to. Their ingress hands TCP on from addresses of its own, without
// saying whose it is: source, microsoft/azure-container-apps issues 726 and 899.
func (b *builder) refuseContainers() {
	l := b.listener()
	index := slices.IndexFunc(b.spec.Gateway.Listeners, func(x spec.Listener) bool { return x.Pos == l.Pos })
	at := func(key string) spec.Pos { return b.spec.At("gateway", "listeners", fmt.Sprint(index), key) }
	no := func(bad bool, where spec.Pos, hint, what string) {
		if bad {
			b.say(where, hint, "%s in Container Apps", what)
		}
	}
	no(!everywhere(l), at("address"), "address: 0.0.0.0:PORT", "address: the container hasn't got that one")
	for i := range b.spec.Gateway.Listeners {
		x := &b.spec.Gateway.Listeners[i]
		no(i != index && !x.Address.Loopback(), x.Pos, "one listener that isn't on loopback", "listeners: the ingress leads to "+string(l.Address)+" alone")
	}
	const (
		vault   = "tls: {vault: https://VAULT.vault.azure.net/certificates/NAME}"
		cluster = "run: {on: aks} keeps callers' addresses"
	)
	no(l.TLS == nil, l.Pos, vault, "listeners: a listener without tls has no name that callers would find it by")
	no(l.TLS != nil && l.TLS.Files != nil, at("tls"), vault, "tls: the files of the certificate aren't there")
	no(l.TLS != nil && l.TLS.ACME != nil, at("tls"), vault, "tls: an ACME authority doesn't reach the gateway")
	no(l.ClientCertificates != nil, at("clientCertificates"), "run: {on: aks} can mount it", "clientCertificates: the file of the authorities isn't there")
	no(l.ProxyProtocol != nil, at("proxyProtocol"), cluster, "proxyProtocol: nobody speaks it")
	no(l.Forwarded != nil, at("forwarded"), cluster, "forwarded: it isn't known who has written X-Forwarded-For")
	const from = "from: it isn't known from where a call comes"
	no(len(b.spec.Gateway.From) > 0, b.spec.At("gateway", "from"), cluster, from)
	for i := range b.spec.Models {
		no(len(b.spec.Models[i].From) > 0, b.spec.At("models", b.spec.Models[i].Name, "from"), cluster, from)
	}
	for i := range b.spec.Access {
		no(len(b.spec.Access[i].From) > 0, b.spec.At("access", b.spec.Access[i].Name, "from"), cluster, from)
	}
	for i := range b.spec.Gateway.Keys {
		k := &b.spec.Gateway.Keys[i]
		no(len(k.From) > 0, b.spec.At("gateway", "keys", k.Name, "from"), cluster, from)
	}
}

// everywhere reports whether a listener is on every network of its machine.
func everywhere(l *spec.Listener) bool {
	host, _, err := net.SplitHostPort(string(l.Address))
	if err != nil || host == "" {
		return err == nil
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}
