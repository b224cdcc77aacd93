package template

import "palisade/arm"

func object(_ arm.Pos, members ...arm.Member) *arm.Object { return arm.NewObject(members) }

func member(name string, v arm.Value) arm.Member { return arm.Member{Name: name, Value: v} }

// resourceGroupFunction is resourceGroup() and Bicep's
// resourceGroup([subscription], name).
func resourceGroupFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	p := d.place
	p.kind = ResourceGroup
	switch len(args) {
	case 0:
		if d.place.kind != ResourceGroup {
			return d.invalid("resourceGroup", "isn't allowed at "+d.place.kind.String()+" scope", at)
		}
	case 1:
		p.resourceGroup = args[0]
	default:
		p.subscription, p.resourceGroup = args[0], args[1]
	}
	id := p.id()
	o := object(at, member("id", id), member("name", p.resourceGroup),
		member("type", text("Microsoft.Resources/resourceGroups")))
	if len(args) == 0 {
		o = o.With(member("location", d.place.location))
	}
	return arm.Obj(o.Open(arm.Runtime("resourceGroup", "the resource group's state is "+atDeployment, at, id)), at)
}

// subscriptionFunction is subscription() and Bicep's subscription(id).
func subscriptionFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	p := d.place
	if len(args) > 0 {
		p.subscription = args[0]
	}
	id := p.subscriptionID()
	o := object(at, member("id", id), member("subscriptionId", p.subscription), member("tenantId", p.tenant))
	return arm.Obj(o.Open(arm.Runtime("subscription", "the subscription's state is "+atDeployment, at, id)), at)
}

func tenantFunction(d *deployment, _ []arm.Value, at arm.Pos) arm.Value {
	o := object(at, member("id", text("/")), member("tenantId", d.place.tenant))
	return arm.Obj(o.Open(arm.Runtime("tenant", "the tenant's state is "+atDeployment, at)), at)
}

func managementGroupFunction(d *deployment, args []arm.Value, at arm.Pos) arm.Value {
	p := d.place
	p.kind = ManagementGroup
	if len(args) > 0 {
		p.managementGroup = args[0]
	}
	id := p.id()
	o := object(at, member("id", id), member("name", p.managementGroup),
		member("type", text("Microsoft.Management/managementGroups")))
	return arm.Obj(o.Open(arm.Runtime("managementGroup", "the management group's state is "+atDeployment, at, id)), at)
}

// deploymentFunction is deployment(): its name, and what of it isn't known.
func deploymentFunction(d *deployment, _ []arm.Value, at arm.Pos) arm.Value {
	o := object(at, member("name", d.name))
	if d.place.kind != ResourceGroup {
		o = o.With(member("location", d.place.location))
	}
	return arm.Obj(o.Open(arm.Runtime("deployment", "the deployment's state is "+atDeployment, at, d.id)), at)
}

// deployerFunction is deployer(): whoever deploys isn't known, but the tenant.
func deployerFunction(d *deployment, _ []arm.Value, at arm.Pos) arm.Value {
	o := object(at, member("tenantId", d.place.tenant))
	return arm.Obj(o.Open(arm.Runtime("deployer", "who deploys isn't known", at)), at)
}

// environmentFunction is environment() of the public cloud (Microsoft Learn,
// "Deployment functions for ARM templates", environment).
func environmentFunction(d *deployment, _ []arm.Value, at arm.Pos) arm.Value {
	suffixes := object(at,
		member("acrLoginServer", text(".azurecr.io")),
		member("azureDatalakeAnalyticsCatalogAndJob", text("azuredatalakeanalytics.net")),
		member("azureFrontDoorEndpointSuffix", text("azurefd.net")),
		member("azureDatalakeStoreFileSystem", text("azuredatalakestore.net")),
		member("keyvaultDns", text(".vault.azure.net")),
		member("sqlServerHostname", text(".database.windows.net")),
		member("storage", text("core.windows.net")),
	)
	authentication := object(at,
		member("loginEndpoint", text("https://login.microsoftonline.com/")),
		member("audiences", arm.Strings([]string{"https://management.core.windows.net/", "https://management.azure.com/"}, at)),
		member("tenant", text("common")),
		member("identityProvider", text("AAD")),
	)
	o := object(at,
		member("name", text("AzureCloud")),
		member("gallery", text("https://gallery.azure.com/")),
		member("graph", text("https://graph.windows.net/")),
		member("portal", text("https://portal.azure.com")),
		member("graphAudience", text("https://graph.windows.net/")),
		member("activeDirectoryDataLake", text("https://datalake.azure.net/")),
		member("batch", text("https://batch.core.windows.net/")),
		member("media", text("https://rest.media.azure.net")),
		member("sqlManagement", text("https://management.core.windows.net:8443/")),
		member("vmImageAliasDoc", text("https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json")),
		member("resourceManager", text("https://management.azure.com/")),
		member("authentication", arm.Obj(authentication, at)),
		member("suffixes", arm.Obj(suffixes, at)),
	)
	return arm.Obj(o, at)
}
