package blueprint

import (
	"slices"

	"palisade/spec"
)

// workloadIdentity is the identity that a workload gets, which its own tokens
// are exchanged for.
type workloadIdentity struct {
	*spec.Workload
	id string
}

// tokenExchange is the audience of tokens that are exchanged for an identity.
// Source: entra-docs workload-identities/workload-identity-federation-create-trust.md.
func tokenExchange(c spec.Cloud) string {
	return cloudText(c, "api://AzureADTokenExchange", "api://AzureADTokenExchangeUSGov", "api://AzureADTokenExchangeChina")
}

func (b *builder) gatewayIdentity() string { return b.id(identityType, b.name(128, "id", "gateway")) }

// dataIdentity reads the key that data is encrypted with.
func (b *builder) dataIdentity() string { return b.id(identityType, b.name(128, "id", "data")) }

// identities makes the identities of the gateway, of encryption and of
// workloads with tokens of other issuers.
func (b *builder) identities() {
	b.part("identity", "Identities", "Everything that calls something else does so by an identity of its own, without a secret.")
	defer b.dropEmpty()
	if b.spec.Gateway.Kind != spec.NoGateway {
		b.put(b.at("gateway"), b.gatewayIdentity(), b.home(), nil)
	}
	if b.spec.Encryption.CustomerKey {
		b.put(b.at("encryption"), b.dataIdentity(), b.home(), nil)
	}
	if b.spec.Gateway.Kind == spec.PalisadeGateway {
		return // it takes their tokens itself
	}
	for i := range b.spec.Access {
		for j := range b.spec.Access[i].Who {
			if w := b.spec.Access[i].Who[j].Workload; w != nil {
				b.workload(b.from(b.spec.Access[i].Who[j].Pos), w)
			}
		}
	}
}

// workload makes the identity of a workload, once.
func (b *builder) workload(at place, w *spec.Workload) {
	if b.workloadID(w) != "" {
		return
	}
	i := slices.IndexFunc(b.spec.Issuers, func(i spec.Issuer) bool { return i.Name == w.Issuer })
	id := b.put(at, b.id(identityType, b.name(128, "id", w.Issuer, hash(w.Subject, 8))), b.home(), nil)
	b.put(at, id+"/federatedIdentityCredentials/issuer-"+w.Issuer, "", []string{id}, at.props(
		at.is("issuer", string(b.spec.Issuers[i].URL)),
		at.is("subject", w.Subject),
		at.is("audiences", []string{tokenExchange(b.spec.Cloud)})))
	b.workloads = append(b.workloads, &workloadIdentity{w, id})
}

func (b *builder) workloadID(w *spec.Workload) string {
	for _, x := range b.workloads {
		if x.Issuer == w.Issuer && x.Subject == w.Subject {
			return x.id
		}
	}
	return ""
}
