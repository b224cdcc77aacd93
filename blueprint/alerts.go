package blueprint

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// watched is an operation that is told whenever it succeeds.
type watched struct {
	name, operation, says string
}

// watchedOperations are what opens a deployment, or hides that it was opened.
// Source: the operations of the resource providers; the practice is AI.131 of
// the Azure review checklists.
var watchedOperations = []watched{
	{"keys-listed", "Microsoft.CognitiveServices/accounts/listKeys/action", "Somebody read the keys of a model account."},
	{"keys-regenerated", "Microsoft.CognitiveServices/accounts/regenerateKey/action", "Somebody made new keys of a model account."},
	{"account-changed", "Microsoft.CognitiveServices/accounts/write", "A model account was changed: its network, or whether it takes keys."},
	{"endpoint-approved", "Microsoft.CognitiveServices/accounts/privateEndpointConnections/write", "A private endpoint to a model account was approved or refused."},
	{"filter-changed", "Microsoft.CognitiveServices/accounts/raiPolicies/write", "A content filter was changed."},
	{"role-assigned", "Microsoft.Authorization/roleAssignments/write", "Somebody was given a role."},
	{"role-defined", "Microsoft.Authorization/roleDefinitions/write", "A role was made or changed."},
	{"lock-removed", "Microsoft.Authorization/locks/delete", "A lock was removed."},
	{"policy-removed", "Microsoft.Authorization/policyAssignments/delete", "A policy was removed."},
	{"policy-exempted", "Microsoft.Authorization/policyExemptions/write", "Something was exempted from a policy."},
	{"logging-removed", "Microsoft.Insights/diagnosticSettings/delete", "Logs are no longer sent somewhere."},
	{"logging-changed", "Microsoft.Insights/diagnosticSettings/write", "It was changed where logs are sent to."},
	{"rules-changed", "Microsoft.Network/networkSecurityGroups/securityRules/write", "A rule of a network was changed."},
	{"vault-changed", "Microsoft.KeyVault/vaults/write", "The vault was changed: its network, or who may read it."},
	{"identity-trusted", "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write", "An identity was opened to tokens of somebody else."},
}

// searchOperations are those of Azure AI Search.
var searchOperations = []watched{
	{"search-changed", "Microsoft.Search/searchServices/write", "The search service was changed: its network, or whether it takes keys."},
	{"search-keys-read", "Microsoft.Search/searchServices/listAdminKeys/action", "Somebody read the admin keys of the search service."},
	{"search-approved", "Microsoft.Search/searchServices/privateEndpointConnections/write", "A private endpoint to the search service was approved or refused."},
	{"search-linked", "Microsoft.Search/searchServices/sharedPrivateLinkResources/write", "The search service was given a private way to something."},
}

// alerts makes who is told of what.
func (b *builder) alerts() {
	b.part("alerts", "Alerts", "Somebody is told when something is opened, refused often, or used up.")
	groups := b.actionGroups()
	for _, w := range watchedOperations {
		b.activityAlert(w, groups)
	}
	if hasSearch(b) {
		for _, w := range searchOperations {
			b.activityAlert(w, groups)
		}
	}
	for _, a := range b.accounts {
		b.metricAlert(a, groups, "refused", "AzureOpenAIRequests", b.spec.Alerts.Refused, "PT5M", "PT1M", "Many calls were refused (401, 403).", "StatusCode", "401", "403")
		b.metricAlert(a, groups, "filtered", "RAIRejectedRequests", b.spec.Alerts.Filtered, "PT1H", "PT5M", "The content filter stopped many calls.")
	}
	if n := b.spec.Alerts.TokensPerDay; n > 0 {
		b.tokenAlert(int64(n), groups)
	}
}

// actionGroups are the IDs of those who are told.
func (b *builder) actionGroups() []string {
	var ids []string
	if g := b.spec.Alerts.ActionGroup; g != "" {
		ids = append(ids, string(g))
	}
	if len(b.spec.Alerts.Emails) == 0 {
		if len(ids) > 0 {
			return ids
		}
		return []string{b.actionGroup(b.at("alerts"), b.at("alerts").toOwners())}
	}
	at := b.at("alerts", "emails")
	receivers := make([]arm.Value, len(b.spec.Alerts.Emails))
	for i, mail := range b.spec.Alerts.Emails {
		receivers[i] = at.obj(at.is("name", fmt.Sprintf("mail-%d", i+1)), at.is("emailAddress", string(mail)), at.is("useCommonAlertSchema", true))
	}
	return append(ids, b.actionGroup(at, at.is("emailReceivers", receivers)))
}

func (b *builder) actionGroup(at place, receivers arm.Member) string {
	return b.put(at, b.id(actionsType, b.name(260, "ag")), "global", nil, at.props(
		at.is("groupShortName", shortened(plain(b.spec.Name), 12)), at.is("enabled", true), receivers))
}

// toOwners tells those who own the subscription, where nobody is named.
func (p place) toOwners() arm.Member {
	return p.is("armRoleReceivers", p.list(p.obj(
		p.is("name", "owners"), p.is("roleId", owner), p.is("useCommonAlertSchema", true))))
}

// own leaves the IDs of what is deployed here.
func (b *builder) own(groups []string) []string {
	var ids []string
	for _, id := range groups {
		if id != string(b.spec.Alerts.ActionGroup) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (b *builder) activityAlert(w watched, groups []string) {
	at := b.at("alerts")
	equals := func(field, value string) arm.Value { return at.obj(at.is("field", field), at.is("equals", value)) }
	actions := make([]arm.Value, len(groups))
	for i, id := range groups {
		actions[i] = at.obj(at.is("actionGroupId", id))
	}
	scope := b.groupID()
	if strings.HasPrefix(w.operation, "Microsoft.Authorization/") {
		scope = b.subscriptionID() // a role above the group counts in it
	}
	b.put(at, b.id(activityType, b.name(260, "", w.name)), "global", b.own(groups), at.props(
		at.is("description", w.says), at.is("enabled", true), at.is("scopes", []string{scope}),
		at.is("condition", at.obj(at.is("allOf", at.list(
			equals("category", "Administrative"), equals("operationName", w.operation), equals("status", "Succeeded"))))),
		at.is("actions", at.obj(at.is("actionGroups", actions)))))
}

// metricAlert tells when a metric's sum over the window is above a threshold.
func (b *builder) metricAlert(a *account, groups []string, name, metric string, threshold int, window, every, says string, dimension ...string) {
	at := b.at("alerts", name)
	criterion := []arm.Member{
		at.is("criterionType", "StaticThresholdCriterion"), at.is("name", name),
		at.is("metricNamespace", accountType), at.is("metricName", metric),
		at.is("operator", "GreaterThan"), at.is("threshold", threshold), at.is("timeAggregation", "Total"),
		at.is("skipMetricValidation", true),
	}
	if len(dimension) > 1 {
		criterion = append(criterion, at.is("dimensions", at.list(at.obj(
			at.is("name", dimension[0]), at.is("operator", "Include"), at.is("values", dimension[1:])))))
	}
	b.put(at, b.id(metricType, shortened(a.name()+"-"+name, 260)), "global", append([]string{a.id}, b.own(groups)...), at.props(
		at.is("description", says), at.is("severity", 2), at.is("enabled", true), at.is("scopes", []string{a.id}),
		at.is("evaluationFrequency", every), at.is("windowSize", window),
		at.is("criteria", at.obj(at.is("odata.type", "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"),
			at.is("allOf", at.list(at.obj(criterion...))))),
		at.is("autoMitigate", true), at.is("actions", at.metricActions(groups))))
}

func (p place) metricActions(groups []string) arm.Value {
	actions := make([]arm.Value, len(groups))
	for i, id := range groups {
		actions[i] = p.obj(p.is("actionGroupId", id))
	}
	return p.value(actions)
}

// tokenAlert adds the tokens of all accounts up, which a metric alert can't.
func (b *builder) tokenAlert(limit int64, groups []string) {
	at := b.at("alerts", "tokensPerDay")
	const query = `AzureMetrics | where ResourceProvider == "MICROSOFT.COGNITIVESERVICES" and MetricName == "TokenTransaction" | summarize Tokens = sum(Total)`
	id := b.put(at, b.id(queryType, b.name(260, "", "tokens-per-day")), b.home(), append([]string{b.workspaceID()}, b.own(groups)...),
		at.is("kind", "LogAlert"), at.is("identity", at.obj(at.is("type", "SystemAssigned"))), at.props(
			at.is("description", "More tokens were used in a day than planned."), at.is("severity", 2), at.is("enabled", true),
			at.is("scopes", []string{b.workspaceID()}), at.is("evaluationFrequency", "PT1H"), at.is("windowSize", "P1D"),
			at.is("criteria", at.obj(at.is("allOf", at.list(at.obj(
				at.is("query", query), at.is("timeAggregation", "Total"), at.is("metricMeasureColumn", "Tokens"),
				at.is("operator", "GreaterThan"), at.is("threshold", limit),
				at.is("failingPeriods", at.obj(at.is("numberOfEvaluationPeriods", 1), at.is("minFailingPeriodsToAlert", 1)))))))),
			at.is("autoMitigate", false), at.is("actions", at.obj(at.is("actionGroups", groups)))))
	// The query runs as the rule's identity, which finds nothing without a role.
	b.assign(at, at.systemIdentity(id), logReader, b.workspaceID(), "The alert adds up the tokens of all accounts.")
}

// budget makes the budget of the resource group.
func (b *builder) budget() {
	amount := int64(b.spec.Budget.PerMonth) / 1e6
	if amount == 0 {
		return
	}
	at := b.at("budget")
	b.part("budget", "Budget", "Costs are looked at before the bill comes.")
	var groups []string
	if b.spec.Alerts.ActionGroup != "" {
		groups = append(groups, string(b.spec.Alerts.ActionGroup))
	}
	var mails []string
	for _, m := range b.spec.Alerts.Emails {
		mails = append(mails, string(m))
	}
	var notify []arm.Member
	for _, percent := range b.spec.Budget.WarnAt {
		notify = append(notify, at.is(fmt.Sprintf("actual-%d", percent), at.obj(
			at.is("enabled", true), at.is("operator", "GreaterThanOrEqualTo"), at.is("threshold", percent), at.is("thresholdType", "Actual"),
			at.is("contactEmails", append([]string{}, mails...)), at.is("contactGroups", append([]string{}, groups...)))))
	}
	// A budget begins with a month, and not with one that is over when it is made.
	begin := arm.Unk(arm.Runtime("utcNow", "the month of the first deployment isn't known before it", at.pos, at.value("yyyy-MM-01")))
	b.put(at, b.id(budgetType, b.name(63, "budget")), "", nil, at.props(
		at.is("category", "Cost"), at.is("amount", amount), at.is("timeGrain", "Monthly"),
		at.is("timePeriod", at.obj(at.is("startDate", begin))), at.is("notifications", at.obj(notify...))))
}

// hasPlan reports whether a plan of Defender is on.
func (b *builder) hasPlan(name spec.DefenderPlan) bool {
	for _, p := range b.spec.Defender.Plans {
		if p == name {
			return true
		}
	}
	return false
}
