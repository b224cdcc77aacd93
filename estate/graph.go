package estate

import "palisade/arm"

// Group is a Microsoft.Graph/groups object.
type Group struct {
	*Resource
	ObjectID    Field[string] // of a live group; else not Set
	DisplayName Field[string]
	UniqueName  Field[string]
	Members     List[PrincipalRef]
	Owners      List[PrincipalRef]
	// MembershipRule is the rule of a dynamic group, whose members aren't
	// listed; absent: "".
	MembershipRule Field[string]
}

// Application is a Microsoft.Graph/applications object.
type Application struct {
	*Resource
	AppID       Field[string]
	DisplayName Field[string]
	Passwords   List[arm.Value] // passwordCredentials
	Keys        List[arm.Value] // keyCredentials
}

// ServicePrincipal is a Microsoft.Graph/servicePrincipals object. A client
// secret or federated credential of its application can become it.
type ServicePrincipal struct {
	*Resource
	ObjectID    Field[string] // of a live object; else not Set
	AppID       Field[string]
	Application string // key of the application, where it is in the estate
	DisplayName Field[string]
}
