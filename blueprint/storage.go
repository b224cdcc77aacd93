package blueprint

import (
	"strings"
	"time"

	"palisade/arm"
	"palisade/spec"
)

// usageContainer is where the gateway ships its log to.
const usageContainer = "usage"

const day = 24 * time.Hour

// retentionDays is how long records are kept.
func (b *builder) retentionDays() int {
	return int((time.Duration(b.spec.Logging.Retention) + day - 1) / day)
}

func (b *builder) storageID() string {
	return b.id(storageType, plain(shortened(plain(b.base())+"logs", 24)))
}

// usageURL is the container that the gateway ships its log to.
func (b *builder) usageURL() string {
	suffix := cloudText(b.spec.Cloud, "core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn")
	return "https://" + lastOf(b.storageID()) + ".blob." + suffix + "/" + usageContainer
}

// storage makes the storage that logs are archived in.
func (b *builder) storage() {
	at := b.at("logging")
	b.part("storage", "Log archive", "What was recorded can be neither changed nor deleted before its time, and no account key opens it.")
	var needs []string
	if b.spec.Encryption.CustomerKey {
		needs = b.keyNeeds(b.home())
	}
	id := b.put(at, b.storageID(), b.home(), needs,
		at.is("kind", "StorageV2"),
		at.is("sku", at.obj(at.is("name", "Standard_ZRS"))),
		at.is("identity", b.storageIdentity(at)),
		at.props(
			at.is("accessTier", "Cool"),
			at.is("allowSharedKeyAccess", false),
			at.is("defaultToOAuthAuthentication", true),
			at.is("allowBlobPublicAccess", false),
			at.is("allowCrossTenantReplication", false),
			at.is("allowedCopyScope", "AAD"),
			at.is("isLocalUserEnabled", false),
			at.is("isSftpEnabled", false),
			at.is("isNfsV3Enabled", false),
			at.is("minimumTlsVersion", "TLS1_2"),
			at.is("supportsHttpsTrafficOnly", true),
			at.is("publicNetworkAccess", "Disabled"),
			at.is("networkAcls", at.obj(at.is("bypass", "AzureServices"), // diagnostic settings write so
				at.is("defaultAction", "Deny"), at.is("ipRules", []arm.Value{}), at.is("virtualNetworkRules", []arm.Value{}))),
			at.is("encryption", b.storageEncryption())))
	b.container(at, id)
	b.endpoint(at, blobs, b.home(), id)
}

func (b *builder) storageIdentity(at place) arm.Value {
	if !b.spec.Encryption.CustomerKey {
		return at.obj(at.is("type", "None"))
	}
	return at.obj(at.is("type", "UserAssigned"), at.is("userAssignedIdentities", at.obj(at.is(b.dataIdentity(), at.obj()))))
}

func (b *builder) storageEncryption() arm.Value {
	at := b.at("encryption")
	members := []arm.Member{
		at.is("requireInfrastructureEncryption", true),
		at.is("services", at.obj(at.is("blob", at.obj(at.is("enabled", true), at.is("keyType", "Account"))))),
	}
	if !b.spec.Encryption.CustomerKey {
		return at.obj(append(members, at.is("keySource", "Microsoft.Storage"))...)
	}
	vault, name := b.keyPlace(b.home())
	return at.obj(append(members, at.is("keySource", "Microsoft.Keyvault"),
		at.is("identity", at.obj(at.is("userAssignedIdentity", b.dataIdentity()))),
		at.is("keyvaultproperties", at.obj(at.is("keyvaulturi", vault), at.is("keyname", name))))...)
}

// container makes the container for the gateway's log, and lets the gateway
// write and the readers read it.
func (b *builder) container(at place, storage string) {
	blob := b.put(at, storage+"/blobServices/default", "", []string{storage}, at.props(
		at.is("isVersioningEnabled", true),
		at.is("deleteRetentionPolicy", at.obj(at.is("enabled", true), at.is("days", 30))),
		at.is("containerDeleteRetentionPolicy", at.obj(at.is("enabled", true), at.is("days", 30)))))
	b.log(at, blob, "") // what is archived here would be archived again
	id := b.keptContainer(at, blob, usageContainer)
	for _, name := range b.archived() {
		b.keptContainer(at, blob, name)
	}
	if b.spec.Gateway.Kind == spec.PalisadeGateway {
		b.assign(at, at.identity(b.gatewayIdentity()), blobWriter, id, "The gateway ships its log here.")
	}
	readers := b.at("logging", "readers")
	for _, r := range b.spec.Logging.Readers {
		b.assign(readers, readers.object("Group", string(r)), blobReader, id, "Readers of the records.")
	}
}

// keptContainer makes a container in which nothing is changed or deleted before
// its time; what is there may only grow.
func (b *builder) keptContainer(at place, blob, name string) string {
	id := b.put(at, blob+"/containers/"+name, "", []string{blob}, at.props(at.is("publicAccess", "None")))
	kept := b.at("logging", "retention")
	b.put(kept, id+"/immutabilityPolicies/default", "", []string{id}, kept.props(
		kept.is("immutabilityPeriodSinceCreationInDays", b.retentionDays()),
		kept.is("allowProtectedAppendWritesAll", true)))
	return id
}

// archived are the containers that Azure writes the logs of accounts and vaults
// to, named by their categories. Source: azure-monitor-docs
// essentials/resource-logs.md, "Send to Azure Storage".
func (b *builder) archived() []string {
	var names []string
	for _, typ := range []string{accountType, vaultType} {
		for _, c := range b.categoryNames(typ) {
			names = append(names, "insights-logs-"+strings.ToLower(c))
		}
	}
	return names
}
