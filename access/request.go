package access

import (
	"net/netip"
	"time"

	"palisade/estate"
)

// Request is one question: may this principal, calling from this source with
// this credential, do this action on this asset?
type Request struct {
	Principal  Principal
	Source     Source
	Credential Credential
	// Asset is the id of an account, a model deployment, a vault, a vault's
	// secret, a storage account or a gateway.
	Asset string
	// Action is a data action; "" is chat completions, or for a vault the
	// reading of a secret.
	Action string
	// Claims is what the caller's token says, where it has been verified; nil
	// where nothing is known beyond the estate.
	Claims *Claims
	// At is when; zero where that isn't known.
	At time.Time
}

// Principal is who calls.
type Principal struct {
	Kind PrincipalKind
	// ID is, for Identified, an object id, the id of the resource whose managed
	// identity it is, or the key that estate.PrincipalRef gives it.
	ID string
}

// PrincipalKind says what is known of who calls.
type PrincipalKind uint8

const (
	Anonymous  PrincipalKind = iota // nobody in particular
	Identified                      // the principal with Principal.ID
	KeyHolder                       // whoever has a key
	TenantUser                      // any user of the tenant, without a role of their own
)

// Credential is what the caller shows.
type Credential uint8

const (
	NoCredential Credential = iota
	Key                     // a key of the asset
	Token                   // an Entra token of the principal
)

func (c Credential) String() string { return [...]string{"no credential", "a key", "a token"}[c] }

// Source is where the traffic comes from.
type Source struct {
	Kind SourceKind
	Addr netip.Addr // for FromAddress
	ID   string     // for the others: the subnet, endpoint or Azure resource
}

// SourceKind says what kind of place traffic comes from.
type SourceKind uint8

const (
	FromNowhere  SourceKind = iota
	FromAddress             // a public address, on the asset's public endpoint
	FromSubnet              // a machine in a subnet of a virtual network
	FromEndpoint            // traffic that arrives through a private endpoint
	FromService             // an Azure resource that calls with its managed identity
	FromRegional            // a public address, on the region's shared host name
)

func (k SourceKind) String() string {
	return [...]string{"nowhere", "address", "subnet", "private endpoint", "Azure service", "regional host"}[k]
}

// Address is a Source on the internet.
func Address(a netip.Addr) Source { return Source{Kind: FromAddress, Addr: a.Unmap()} }

// Subnet is a Source in a virtual network.
func Subnet(id string) Source { return Source{Kind: FromSubnet, ID: id} }

// Endpoint is a Source behind a private endpoint.
func Endpoint(id string) Source { return Source{Kind: FromEndpoint, ID: id} }

// Service is the Azure resource with that id, calling with its identity. It may
// be a trusted service, or a member of the asset's perimeter.
func Service(id string) Source { return Source{Kind: FromService, ID: id} }

// Whoever is the Identified principal with that id.
func Whoever(id string) Principal { return Principal{Kind: Identified, ID: id} }

// keyOf is the form in which principals are compared.
func (w *World) keyOf(p Principal) string {
	key := estate.Key(p.ID)
	if owner := w.estate.Owner(key); owner != "" {
		return owner
	}
	return key
}
