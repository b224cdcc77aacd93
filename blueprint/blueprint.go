package blueprint

import (
	"palisade/arm"
	"palisade/spec"
)

// Plan is a whole deployment.
type Plan struct {
	// Parts come in an order in which they can be deployed: a part depends on
	// itself and earlier ones only.
	Parts []Part
	// Referred are resources that are there already and that the parts name,
	// such as the hub's network. They aren't deployed.
	Referred []arm.Resource
	// Files are what isn't Azure's: the manifests of a gateway in Kubernetes.
	Files []File
	// First are what Azure doesn't take while a resource is being made.
	First []First
	// Accepted are findings that the file accounts for without an exception.
	Accepted []Accepted
	// Stack is how the deployment is kept as it was made.
	Stack Stack
	// Gateway is who calls the accounts, where that is this program; else nil.
	Gateway *Gateway
}

// Gateway is the gateway that is deployed. The internet can't connect to it.
type Gateway struct {
	Identity string            // ID of the identity that calls the accounts
	Accounts map[string]string // IDs of the accounts, by region
}

// First is a property that has to have another value in the deployment that
// makes the resource, and that of the plan in the next. There is none that opens
// a model: callers are asked for their tokens all the same.
type First struct {
	Resource string // ID
	Property string // with its path: properties.publicNetworkAccess
	Value    string
	Why      string
}

// File is a file that goes with the deployment.
type File struct {
	Name string
	Text []byte
}

// Stack says what the deployment stack denies to everybody but a few.
type Stack struct {
	Mode               spec.StackDeny // in Azure's words
	ExcludedPrincipals []string       // object IDs of those who deploy
}

// Part is one concern of the deployment: a module or file of a rendering.
type Part struct {
	Name     string // network, logs, model-swedencentral: fit for a file name
	Title    string // one line for a heading
	Practice string // one sentence that names the practice
	// Scope is what the part is deployed to: the ID of a resource group or of
	// a subscription.
	Scope     string
	Resources []arm.Resource
}

// Build makes the deployment that s asks for. The problems say what can't be
// deployed as it is written; then there is no Plan.
//
// The order of all that it returns is that of the file, so the same text gives
// the same Plan.
func Build(s *spec.Spec) (*Plan, []spec.Problem) {
	b := newBuilder(s)
	if b.refuse(); len(b.problems) > 0 {
		return nil, b.problems
	}
	b.plan()
	b.planAccounts()
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	for _, build := range []func(){
		b.group, b.roles, b.logs, b.network, b.zones, b.hub, b.identities,
		b.vaults, b.storage, b.monitorLink, b.models, b.searchService, b.gateway,
		b.diagnostics, b.alerts, b.budget, b.policies, b.defender, b.activityLog, b.lock,
	} {
		build()
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	return &Plan{Parts: b.parts, Referred: b.referred, Files: b.files, First: b.first, Accepted: b.accepted(), Stack: Stack{
		Mode: s.Policy.Stack, ExcludedPrincipals: texts(s.Policy.Deployers),
	}, Gateway: b.deployedGateway()}, nil
}

// Resources are those of all parts, in their order.
func (p *Plan) Resources() []arm.Resource {
	var all []arm.Resource
	for i := range p.Parts {
		all = append(all, p.Parts[i].Resources...)
	}
	return all
}
