package estate

import "palisade/arm"

// Estate is everything that is looked at.
type Estate struct {
	// Resources is every resource, typed or not, inline ones included.
	Resources []*Resource

	Accounts         Table[Account]
	Projects         Table[Project]
	Deployments      Table[Deployment]
	ContentPolicies  Table[ContentPolicy]
	Blocklists       Table[Blocklist]
	BlocklistItems   Table[BlocklistItem]
	SafetyProviders  Table[ExternalSafetyProvider]
	Connections      Table[Connection]
	DefenderSwitches Table[DefenderForAI]

	VirtualNetworks Table[VirtualNetwork]
	Subnets         Table[Subnet]
	Peerings        Table[Peering]
	RouteTables     Table[RouteTable]
	SecurityGroups  Table[SecurityGroup]
	SecurityRules   Table[SecurityRule]

	PrivateEndpoints  Table[PrivateEndpoint]
	ZoneGroups        Table[ZoneGroup]
	TargetConnections Table[TargetConnection]
	PrivateZones      Table[PrivateZone]
	ZoneLinks         Table[ZoneLink]
	ARecords          Table[ARecord]

	Perimeters            Table[Perimeter]
	PerimeterProfiles     Table[PerimeterProfile]
	PerimeterRules        Table[PerimeterRule]
	PerimeterAssociations Table[PerimeterAssociation]
	PerimeterLinks        Table[PerimeterLink]

	RoleAssignments   Table[RoleAssignment]
	RoleDefinitions   Table[RoleDefinition] // custom ones; see Role for all
	DenyAssignments   Table[DenyAssignment]
	Locks             Table[Lock]
	Stacks            Table[Stack]
	PolicyAssignments Table[PolicyAssignment]

	Identities           Table[ManagedIdentity]
	FederatedCredentials Table[FederatedCredential]
	Groups               Table[Group]
	Applications         Table[Application]
	ServicePrincipals    Table[ServicePrincipal]

	Vaults        Table[Vault]
	PolicyChanges Table[PolicyChange]
	VaultSecrets  Table[VaultSecret]

	StorageAccounts      Table[StorageAccount]
	Containers           Table[Container]
	ImmutabilityPolicies Table[ImmutabilityPolicy]

	Gateways           Table[Gateway]
	APIs               Table[API]
	Operations         Table[Operation]
	Policies           Table[Policy]
	PolicyFragments    Table[PolicyFragment]
	Backends           Table[Backend]
	NamedValues        Table[NamedValue]
	Products           Table[Product]
	ProductLinks       Table[ProductLink]
	Subscriptions      Table[Subscription]
	GatewayDiagnostics Table[GatewayDiagnostic]

	SearchServices Table[SearchService]
	SharedLinks    Table[SharedLink]

	Workspaces         Table[Workspace]
	Components         Table[Component]
	DiagnosticSettings Table[DiagnosticSetting]
	Pricings           Table[Pricing]

	Settings  Table[Settings]
	Workloads Table[Workload]
	Outputs   []Output

	byKey        map[string][]*Resource
	carriers     map[string][]*Resource    // user-assigned identity → who carries it
	owners       map[string]string         // object or client id → key of its resource
	groupParents map[string]string         // subscription or management group → its parent
	endpointsTo  map[string][]EndpointPath // target → private endpoints
	memberOf     map[string][]*Group       // principal → groups
}

// Options is what New is told beside the resources.
type Options struct {
	Outputs []Output // of the template deployments
}

// New decodes resources. A resource that is declared twice is kept twice, each
// with the other in Others. One that is only referred to is left out where a
// declaration surely makes it. Parents that children name but nothing declares
// (accounts, vaults, …) are added as if they were referred to.
func New(resources []arm.Resource, opts Options) *Estate {
	e := &Estate{}
	return e
}

// Has reports whether a resource with that id is in the estate.
func (e *Estate) Has(id string) bool { return len(e.byKey[Key(id)]) > 0 }

// Get returns the first declaration of the id, or nil.
func (e *Estate) Get(id string) *Resource {
	if all := e.byKey[Key(id)]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// Carriers returns the resources that carry a user-assigned identity.
func (e *Estate) Carriers(identity string) []*Resource { return e.carriers[Key(identity)] }

// EndpointPath is one connection of a private endpoint.
type EndpointPath struct {
	Endpoint *PrivateEndpoint
	Target   EndpointTarget
	// Sure is No where the endpoint, the connection or its target may be
	// another one; Endpoint.Maybe says whether the endpoint will exist.
	Sure bool
}

// EndpointsTo returns the private endpoints that lead, or may lead, to the
// resource with that id.
func (e *Estate) EndpointsTo(id string) []EndpointPath { return e.endpointsTo[Key(id)] }

// Role finds the definitions that a reference to a role may mean: a custom one
// of the estate or a built-in one. ok is false where one of them isn't known.
func (e *Estate) Role(role Ref) (defs []*RoleDefinition, ok bool) { return nil, false }

// GroupsOf returns the groups that directly hold a principal, by its Key.
func (e *Estate) GroupsOf(principal string) []*Group { return e.memberOf[principal] }

// Owner returns the key of the resource whose identity or Graph object has
// that object id or client id, or "".
func (e *Estate) Owner(objectID string) string { return e.owners[objectID] }

// Assignments returns the role assignments that apply to the resource with
// that id: those at it and at all that holds it, and apart from them those of
// which that isn't sure.
func (e *Estate) Assignments(id string) (sure, perhaps []*RoleAssignment) { return nil, nil }
