package estate

// Perimeter is Microsoft.Network/networkSecurityPerimeters.
type Perimeter struct {
	*Resource
}

// PerimeterProfile is a set of access rules of a perimeter, its Parent.
type PerimeterProfile struct {
	*Resource
}

// PerimeterRule is …/profiles/accessRules; Parent is the profile. An inbound
// rule allows prefixes, or managed identities of subscriptions; an outbound
// rule allows names.
type PerimeterRule struct {
	*Resource
	Direction     Field[string] // Inbound | Outbound
	Prefixes      List[string]  // CIDRs
	Subscriptions List[Ref]     // ids such as /subscriptions/…
	Perimeters    List[Ref]
	FQDNs         List[string]
	ServiceTags   List[string]
}

// PerimeterAssociation puts a resource into a perimeter, its Parent:
// …/resourceAssociations.
type PerimeterAssociation struct {
	*Resource
	Target  Ref
	Profile Ref
	Mode    Field[string] // Learning | Enforced | Audit; absent: Learning
}

// PerimeterLink lets two perimeters reach each other: …/links. Profiles are
// names, "*" is all.
type PerimeterLink struct {
	*Resource
	Remote        Ref
	LocalInbound  List[string]
	RemoteInbound List[string]
	Status        Field[string]
}
