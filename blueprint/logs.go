package blueprint

import (
	"palisade/arm"
	"palisade/estate"
	"palisade/spec"
)

func (b *builder) workspaceID() string { return b.id(workspaceType, b.name(63, "log")) }
func (b *builder) componentID() string { return b.id(componentType, b.name(255, "appi")) }

// Days that a workspace keeps logs.
const (
	leastDays = 30
	mostDays  = 730
)

// logs makes the workspace that all logs go to, and who reads it.
func (b *builder) logs() {
	at := b.at("logging")
	b.part("logs", "Logs", "Logs are kept long enough in one place, which takes and answers over private networks with Entra tokens.")
	workspace := b.put(at, b.workspaceID(), b.home(), nil,
		at.is("identity", at.obj(at.is("type", "SystemAssigned"))), at.props(
			at.is("sku", at.obj(at.is("name", "PerGB2018"))),
			at.is("retentionInDays", min(max(b.retentionDays(), leastDays), mostDays)),
			at.is("features", at.obj(at.is("disableLocalAuth", true), at.is("enableLogAccessUsingOnlyResourcePermissions", false))),
			at.is("publicNetworkAccessForIngestion", "Disabled"),
			at.is("publicNetworkAccessForQuery", b.publicQuery())))
	b.log(at, workspace, "")
	b.put(at, b.componentID(), b.home(), []string{workspace}, at.is("kind", "web"), at.props(
		at.is("Application_Type", "web"),
		at.is("WorkspaceResourceId", workspace),
		at.is("IngestionMode", "LogAnalytics"),
		at.is("DisableLocalAuth", true),
		at.is("DisableIpMasking", false),
		at.is("publicNetworkAccessForIngestion", "Disabled"),
		at.is("publicNetworkAccessForQuery", b.publicQuery())))
	readers := b.at("logging", "readers")
	for _, r := range b.spec.Logging.Readers {
		b.assign(readers, readers.object("Group", string(r)), logReader, workspace, "Readers of the records.")
	}
}

// publicQuery is Enabled where the team has no private connection: queries
// then take an Entra token and a role from anywhere.
func (b *builder) publicQuery() string {
	if b.spec.Network.Mode == spec.Selected {
		return "Enabled"
	}
	return "Disabled"
}

// monitorLink makes the private way to the workspace.
func (b *builder) monitorLink() {
	at := b.at("logging")
	b.part("monitor", "Private link to Azure Monitor", "Logs travel over private networks, too.")
	mode := "PrivateOnly"
	if b.spec.Network.Mode == spec.Selected {
		mode = "Open"
	}
	id := b.put(at, b.id(monitorType, b.name(255, "ampls")), "global", nil, at.props(at.is("accessModeSettings", at.obj(
		at.is("ingestionAccessMode", "PrivateOnly"), at.is("queryAccessMode", mode)))))
	workspace := b.put(at, id+"/scopedResources/workspace", "", []string{id, b.workspaceID()}, at.props(at.is("linkedResourceId", b.workspaceID())))
	component := b.put(at, id+"/scopedResources/component", "", []string{workspace, b.componentID()}, at.props(at.is("linkedResourceId", b.componentID())))
	b.endpoint(at, monitors, b.home(), id, workspace, component)
}

// logged is a resource that has logs.
type logged struct {
	at place
	id string
	// region is where it is, for what is archived: storage takes logs of its
	// own region alone. "" is not archived.
	region string
}

// log notes that a resource has logs, which diagnostics sends away.
func (b *builder) log(at place, id, region string) {
	b.logged = append(b.logged, logged{at, id, region})
}

// diagnostics sends the logs of all that has them to the workspace, and those
// that tell who did what to the archive, too.
func (b *builder) diagnostics() {
	b.part("diagnostics", "Diagnostic settings", "What happens on any resource is recorded, so that it can be told later who did what.")
	for _, l := range b.logged {
		needs := []string{l.id, b.workspaceID()}
		members := []arm.Member{l.at.is("workspaceId", b.workspaceID())}
		if l.region == b.home() {
			needs = append(needs, b.storageID())
			members = append(members, l.at.is("storageAccountId", b.storageID()))
		}
		members = append(members, l.at.is("logs", b.categories(l)), l.at.is("metrics", l.at.metrics(typeOf(l.id))))
		b.put(l.at, on(l.id, diagnosticType, "palisade"), "", needs, l.at.props(members...))
	}
}

// categories are the logs of a resource: those that the table knows for sure,
// else the group of all.
func (b *builder) categories(l logged) arm.Value {
	names := b.categoryNames(typeOf(l.id))
	if len(names) == 0 {
		return l.at.list(l.at.obj(l.at.is("categoryGroup", "allLogs"), l.at.is("enabled", true)))
	}
	all := make([]arm.Value, len(names))
	for i, name := range names {
		all[i] = l.at.obj(l.at.is("category", name), l.at.is("enabled", true))
	}
	return l.at.value(all)
}

func (b *builder) categoryNames(typ string) []string {
	if typ == networkType {
		return []string{networkCategory}
	}
	var names []string
	for _, c := range estate.LogCategories(typ) {
		if !c.Unsure && (c.Name != "GatewayLlmLogs" || b.keepsText()) {
			names = append(names, c.Name)
		}
	}
	return names
}

// networkCategory is the one category of a virtual network's logs.
const networkCategory = "VMProtectionAlerts"

// keepsText reports whether prompts and answers are kept.
func (b *builder) keepsText() bool {
	return b.spec.Logging.Keep == spec.KeepFull || b.spec.Logging.Keep == spec.KeepRedacted
}

// metrics are all metrics, for types that have them in diagnostic settings.
func (p place) metrics(typ string) arm.Value {
	if typ == nsgType || typ == envType || typ == databaseType {
		return arm.Null(p.pos)
	}
	if typ == blobType {
		return p.list(p.obj(p.is("category", "Transaction"), p.is("enabled", true)))
	}
	return p.list(p.obj(p.is("category", "AllMetrics"), p.is("enabled", true)))
}

// activityLog sends the subscription's own log, which tells who listed keys
// and gave roles, to the workspace.
func (b *builder) activityLog() {
	at := b.at("logging")
	b.partAt(b.subscriptionID(), "activity", "Activity log", "What is done to resources, such as listing keys and giving roles, is recorded for the whole subscription.")
	var logs []arm.Value
	for _, c := range estate.LogCategories("subscription") {
		logs = append(logs, at.obj(at.is("category", c.Name), at.is("enabled", true)))
	}
	b.put(at, on(b.subscriptionID(), diagnosticType, b.name(255, "palisade")), "", []string{b.workspaceID()}, at.props(
		at.is("workspaceId", b.workspaceID()), at.is("logs", logs)))
}
