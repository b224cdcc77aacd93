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
	// Mode is Learning | Enforced | Audit; absent: Learning (azure-docs
	// articles/private-link/network-security-perimeter-transition.md).
	Mode Field[string]
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

func decodePerimeter(e *Estate, r *Resource) { e.Perimeters.add(r, &Perimeter{r}) }

func decodePerimeterProfile(e *Estate, r *Resource) {
	e.PerimeterProfiles.add(r, &PerimeterProfile{r})
}

func decodePerimeterRule(e *Estate, r *Resource) {
	e.PerimeterRules.add(r, &PerimeterRule{
		Resource:      r,
		Direction:     r.prop("direction").text(""),
		Prefixes:      r.prop("addressPrefixes").texts(),
		Subscriptions: r.prop("subscriptions").subRefs(),
		Perimeters:    r.prop("networkSecurityPerimeters").subRefs(),
		FQDNs:         r.prop("fullyQualifiedDomainNames").texts(),
		ServiceTags:   r.prop("serviceTags").texts(),
	})
}

func decodePerimeterAssociation(e *Estate, r *Resource) {
	e.PerimeterAssociations.add(r, &PerimeterAssociation{
		Resource: r,
		Target:   r.prop("privateLinkResource", "id").ref(),
		Profile:  r.prop("profile", "id").ref(),
		Mode:     r.prop("accessMode").text("Learning"),
	})
}

func decodePerimeterLink(e *Estate, r *Resource) {
	e.PerimeterLinks.add(r, &PerimeterLink{
		Resource:      r,
		Remote:        r.prop("autoApprovedRemotePerimeterResourceId").ref(),
		LocalInbound:  r.prop("localInboundProfiles").texts(),
		RemoteInbound: r.prop("remoteInboundProfiles").texts(),
		Status:        r.prop("status").text(""),
	})
}
