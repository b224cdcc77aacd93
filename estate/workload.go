package estate

import "strings"

// Workload is a resource that runs code, or calls, by an identity: a site, a
// container app, a machine, a cluster, a workflow.
type Workload struct {
	*Resource
	// Subnets are those that its outgoing traffic comes from, as far as its
	// own declaration says; a container app's are its environment's.
	Subnets     List[Ref]
	Environment Ref       // of container apps
	Interfaces  List[Ref] // network interfaces of machines
	// PublicNetworkAccess is Enabled | Disabled where the kind has it; absent: "".
	PublicNetworkAccess Field[string]
}

// addWorkload keeps r as a workload; subnets are the paths of properties that
// hold ids of its subnets, with dots between names and "[]" for each item.
func (e *Estate) addWorkload(r *Resource, subnets ...string) *Workload {
	w := &Workload{Resource: r, PublicNetworkAccess: r.prop("publicNetworkAccess").text("")}
	for _, path := range subnets {
		w.Subnets = merged(w.Subnets, r.prop().refsAt(path))
	}
	return e.Workloads.add(r, w)
}

// refsAt reads the ids at a path such as "agentPoolProfiles[].vnetSubnetID".
func (n node) refsAt(path string) List[Ref] {
	before, after, many := strings.Cut(path, "[].")
	if !many {
		ref := n.at(strings.Split(path, ".")...).ref()
		l := List[Ref]{Set: ref.Set, Pos: ref.Pos}
		if ref.Set {
			l.Items = []Ref{ref}
		}
		return l
	}
	return flat(list(n.at(strings.Split(before, ".")...), func(m node) (List[Ref], bool) {
		return m.refsAt(after), true
	}))
}

func decodeSite(e *Estate, r *Resource) {
	e.addWorkload(r, "virtualNetworkSubnetId")
	e.addSiteSettings(r, r.Key, r.prop("siteConfig"))
}

func decodeContainerApp(e *Estate, r *Resource) {
	w := e.addWorkload(r)
	w.Environment = r.prop("managedEnvironmentId").ref()
	if other := r.prop("environmentId").ref(); other.Set && !w.Environment.Set {
		w.Environment = other
	}
	e.addContainerSettings(r)
}

func decodeContainerEnvironment(e *Estate, r *Resource) {
	e.addWorkload(r, "vnetConfiguration.infrastructureSubnetId")
}

func decodeContainerGroup(e *Estate, r *Resource) {
	e.addWorkload(r, "subnetIds[].id")
	e.addEnvironments(r, r.prop("containers"), "properties", "environmentVariables")
}

func decodeMachine(e *Estate, r *Resource) {
	w := e.addWorkload(r)
	w.Interfaces = r.prop("networkProfile", "networkInterfaces").subRefs()
}

func decodeInterface(e *Estate, r *Resource) {
	e.addWorkload(r, "ipConfigurations[].properties.subnet.id")
}

func decodeScaleSet(e *Estate, r *Resource) {
	e.addWorkload(r, "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].properties.ipConfigurations[].properties.subnet.id")
}

func decodeCluster(e *Estate, r *Resource) {
	e.addWorkload(r, "agentPoolProfiles[].vnetSubnetID")
}

func decodeWorkflow(e *Estate, r *Resource) {
	e.addWorkload(r)
	e.addSettings(r, r.Key, r.prop("parameters").mappedValues(r.Key, WorkflowParameter))
}

func decodeOtherWorkload(e *Estate, r *Resource) { e.addWorkload(r) }
