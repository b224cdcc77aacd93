package estate

import "palisade/arm"

// Backend is Microsoft.ApiManagement/service/backends.
type Backend struct {
	*Resource
	Type          Field[string] // Single | Pool; absent: Single
	URL           Field[string]
	Target        Ref             // resourceId
	Credentials   arm.Value       // as written; null where absent
	Secrets       []Secret        // whose keys the credentials hold
	Headers       List[NamedItem] // credentials.header
	Query         List[NamedItem] // credentials.query
	ValidateChain Field[bool]     // absent: true
	ValidateName  Field[bool]     // absent: true
	Pool          List[Ref]       // ids of backends
}

// NamedItem is a named thing with values, as they are written.
type NamedItem struct {
	Name  string
	Value arm.Value
	Pos   arm.Pos
}

// NamedValue is Microsoft.ApiManagement/service/namedValues: a text, or a
// vault's secret, that policies use.
type NamedValue struct {
	*Resource
	DisplayName Field[string] // policies write it in double braces
	Secret      Field[bool]   // absent: false
	Value       arm.Value
	Secrets     []Secret      // whose keys the value holds
	VaultSecret Field[string] // URL of a vault's secret
}

func decodeBackend(e *Estate, r *Resource) {
	credentials := r.prop("credentials")
	e.Backends.add(r, &Backend{
		Resource:      r,
		Type:          r.prop("type").text("Single"),
		URL:           r.prop("url").text(""),
		Target:        r.prop("resourceId").ref(),
		Credentials:   credentials.v,
		Secrets:       SecretsIn(credentials.v),
		Headers:       credentials.at("header").namedItems(),
		Query:         credentials.at("query").namedItems(),
		ValidateChain: r.prop("tls", "validateCertificateChain").flag(true),
		ValidateName:  r.prop("tls", "validateCertificateName").flag(true),
		Pool:          r.prop("pool", "services").subRefs(),
	})
}

func (n node) namedItems() List[NamedItem] {
	return convertList(n.entries(), func(x entry) NamedItem { return NamedItem{x.name, x.v, x.pos} })
}

func decodeNamedValue(e *Estate, r *Resource) {
	value := r.prop("value").v
	e.NamedValues.add(r, &NamedValue{
		Resource:    r,
		DisplayName: r.prop("displayName").text(r.Name),
		Secret:      r.prop("secret").flag(false),
		Value:       value,
		Secrets:     SecretsIn(value),
		VaultSecret: r.prop("keyVault", "secretIdentifier").text(""),
	})
}
