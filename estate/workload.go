package estate

// Workload is a resource that runs code, or calls, by an identity: a site, a
// container app, a machine, a cluster, a workflow.
type Workload struct {
	*Resource
	// Subnets are those that its outgoing traffic comes from, as far as its
	// own declaration says; a container app's are its environment's.
	Subnets     List[Ref]
	Environment Ref   // of container apps
	Interfaces  []Ref // network interfaces of machines
	// PublicNetworkAccess is Enabled | Disabled where the kind has it; absent: "".
	PublicNetworkAccess Field[string]
}
