package estate

import "testing"

func TestWorkload(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Web/sites", "name": "site", "properties": {"virtualNetworkSubnetId": "/n/S", "publicNetworkAccess": "Disabled"}},
	 {"type": "Microsoft.App/managedEnvironments", "name": "env", "properties": {"vnetConfiguration": {"infrastructureSubnetId": "/n/E"}}},
	 {"type": "Microsoft.App/containerApps", "name": "app", "properties": {"environmentId": "/env/1"}},
	 {"type": "Microsoft.Compute/virtualMachines", "name": "vm", "properties": {"networkProfile": {"networkInterfaces": [{"id": "/nic/1"}]}}},
	 {"type": "Microsoft.Network/networkInterfaces", "name": "nic", "properties": {"ipConfigurations": [{"properties": {"subnet": {"id": "/n/V"}}}]}},
	 {"type": "Microsoft.ContainerService/managedClusters", "name": "aks", "properties": {"agentPoolProfiles": [{"vnetSubnetID": "/n/A"}, {"vnetSubnetID": "/n/B"}, {}]}},
	 {"type": "Microsoft.ContainerService/managedClusters", "name": "open", "properties": {"agentPoolProfiles": {"$parameter": "pools"}}},
	 {"type": "Microsoft.Compute/virtualMachineScaleSets", "name": "set", "properties": {"virtualMachineProfile": {"networkProfile": {
	  "networkInterfaceConfigurations": [{"properties": {"ipConfigurations": [{"properties": {"subnet": {"id": "/n/M"}}}]}}]}}}}]`)
	want := map[string][]string{"site": {"/n/s"}, "env": {"/n/e"}, "nic": {"/n/v"}, "aks": {"/n/a", "/n/b"}, "set": {"/n/m"}}
	for _, w := range e.Workloads.All {
		got := w.Subnets.Items
		if len(got) != len(want[w.Name]) {
			t.Errorf("%s: subnets %+v", w.Name, got)
			continue
		}
		for i, key := range want[w.Name] {
			if got[i].Key != key {
				t.Errorf("%s: subnet %s, want %s", w.Name, got[i].Key, key)
			}
		}
		if w.Subnets.Known() == (w.Name == "open") {
			t.Errorf("%s: subnets are known: %v", w.Name, w.Subnets.Known())
		}
	}
	if e.Workloads.All[2].Environment.Key != "/env/1" || e.Workloads.All[3].Interfaces.Items[0].Key != "/nic/1" || e.Workloads.All[0].PublicNetworkAccess.Value != "Disabled" {
		t.Errorf("references: %+v", e.Workloads.All[2])
	}
}
