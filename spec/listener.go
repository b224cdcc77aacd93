package spec

// Listener is one address that callers connect to. Without TLS it has to be on
// loopback, or say because and expires.
type Listener struct {
	// Address and port. An address without a host, such as :8443, is every network.
	Address Listen `spec:"address,required"`
	// The certificate. Without it calls come in plain.
	TLS *TLS `spec:"tls"`
	// Certificates that clients have to show (mTLS).
	ClientCertificates *ClientCertificates `spec:"clientCertificates"`
	// A load balancer in front that says in the PROXY protocol where a connection comes from.
	ProxyProtocol *ProxyProtocol `spec:"proxyProtocol"`
	// HTTP proxies in front that say in X-Forwarded-For where a call comes from.
	Forwarded *Forwarded `spec:"forwarded"`
	Exception `spec:",inline"`
	// Where the item is written.
	Pos Pos `spec:"-"`
}

// TLS is where a certificate comes from. Exactly one of its keys says so.
type TLS struct {
	// PEM files on this machine; read again when they change.
	Files *CertificateFiles `spec:"files,oneof"`
	// A certificate in Key Vault; read again when it is renewed.
	Vault CertificateRef `spec:"vault,oneof"`
	// A certificate from an ACME authority such as Let's Encrypt.
	ACME *ACME `spec:"acme,oneof"`
}

// CertificateFiles are PEM files on this machine.
type CertificateFiles struct {
	// The chain, the server's own certificate first.
	Certificate File `spec:"certificate,required"`
	// The private key.
	Key File `spec:"key,required"`
}

// ACME is a certificate authority that is asked over ACME.
type ACME struct {
	// Host names to have certificates for.
	Domains []Domain `spec:"domains,required"`
	// Where the authority writes to about the certificates.
	Email Email `spec:"email"`
	// The authority's directory.
	Directory URL `spec:"directory" default:"https://acme-v02.api.letsencrypt.org/directory"`
	// Folder where certificates and the account key are kept.
	Cache File `spec:"cache" default:"/var/lib/palisade/acme"`
}

// ClientCertificates are the certificates that clients have to show.
type ClientCertificates struct {
	// PEM file with the authorities that may have issued them.
	CA File `spec:"ca,required"`
	// Refuse connections without one. With false one is checked if it is shown.
	Required bool `spec:"required" default:"true"`
}

// ProxyProtocol is a load balancer that speaks PROXY protocol version 2.
type ProxyProtocol struct {
	// The networks of the load balancer. From any other a connection is refused.
	From []Source `spec:"from,required"`
}

// Forwarded is a chain of HTTP proxies.
type Forwarded struct {
	// The networks of the proxies. From any other the header isn't believed.
	From []Source `spec:"from,required"`
	// How many proxies there are: as many entries are believed, counted from the right.
	Hops int `spec:"hops" default:"1" range:"1..10"`
}
