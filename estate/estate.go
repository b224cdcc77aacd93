package estate

import "strings"

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

	Guards      Table[Guard]
	GuardModels Table[GuardModel]
	GuardKeys   Table[GuardKey]
	Departures  Table[Departure]

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
	customRoles  map[string][]*RoleDefinition // by GUID
	carriers     map[string][]*Resource       // user-assigned identity → who carries it
	owners       map[string]string            // object id → key of its resource
	clients      map[string]string            // client id → key of its resource
	groupParents map[string]string            // subscription or management group → its parent
	endpointsTo  map[string][]EndpointPath    // target → private endpoints
	vagueTargets []EndpointPath               // endpoints whose target isn't wholly known
	vagueScopes  vagueScopes                  // scopes of roles that may hold more than their ids say
	memberOf     map[string][]*Group          // principal → groups
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

// GroupsOf returns the groups that directly hold a principal, by its Key.
func (e *Estate) GroupsOf(principal string) []*Group { return e.memberOf[principal] }

// Owner returns the key of the resource whose identity or Graph object has
// that object id, or "".
func (e *Estate) Owner(objectID string) string { return e.owners[strings.ToLower(objectID)] }

// Client returns the key of the identity or service principal that has that
// client id, or "".
func (e *Estate) Client(clientID string) string { return e.clients[strings.ToLower(clientID)] }
