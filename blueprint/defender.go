package blueprint

import (
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// defender turns plans of Microsoft Defender for Cloud on. They are set one
// after another: Azure changes one plan of a subscription at a time.
func (b *builder) defender() {
	at := b.at("defender")
	b.partAt(b.subscriptionID(), "defender", "Microsoft Defender for Cloud", "Attacks on models, vaults and storage, and on Azure's own interfaces, raise alerts.")
	defer b.dropEmpty()
	var needs []string
	for _, plan := range b.spec.Defender.Plans {
		members := []arm.Member{at.is("pricingTier", "Standard")}
		if sub := subPlans[plan]; sub != "" {
			members = append(members, at.is("subPlan", sub))
		}
		if plan == "AI" {
			evidence := b.at("defender", "promptEvidence")
			members = append(members, at.is("extensions", at.list(evidence.obj(
				evidence.is("name", "AIPromptEvidence"), evidence.is("isEnabled", switched(b.spec.Defender.PromptEvidence))))))
		}
		needs = []string{b.put(at, on(b.subscriptionID(), pricingType, string(plan)), "", needs, at.props(members...))}
	}
}

// subPlans are the kinds of plans that come in several.
var subPlans = map[spec.DefenderPlan]string{"StorageAccounts": "DefenderForStorageV2", "KeyVaults": "PerKeyVault", "Arm": "PerSubscription", "Api": "P1"}

func switched(on bool) string {
	if on {
		return "True"
	}
	return "False"
}

// builtin is a built-in policy that can deny.
type builtin struct {
	name, id, says string
	when           func(*builder) bool // nil is always
	audits         bool                // it can't deny
}

// builtins are the policies that deny what the rules forbid.
// Source: the repository Azure/azure-policy, built-in-policies.
var builtins = []builtin{
	{"no-keys", "71ef260a-8f18-47b7-abcb-62d0673d94dc", "Model accounts don't take keys.", nil, false},
	{"no-open-network", "037eea7a-bd0a-46c5-9a66-03aea78705d3", "Model accounts don't take calls from everywhere.", nil, false},
	{"managed-identity", "fe3fd216-4f83-4fc1-8984-2bbec80a3418", "Model accounts have a managed identity.", nil, false},
	{"customer-key", "67121cc7-ff39-4ab8-b7e3-95b84dab487d", "Model accounts encrypt with the customer's key.",
		func(b *builder) bool { return b.spec.Encryption.CustomerKey }, false},
	{"logs", "1b4d1c4e-934c-4703-944c-27c82c06bebb", "Model accounts have diagnostic settings.", nil, true},
	{"private-vault", "405c5871-3e91-4644-8a63-58e19d68ff5b", "Vaults are reached over private endpoints.", nil, false},
	{"vault-roles", "12d4fa5e-1f9f-4c21-97a9-b99b3c6611b5", "Vaults give access by roles.", nil, false},
	{"vault-purge", "0b60c0b2-2dc2-4e1c-b5c9-abbed971de53", "Vaults can't be purged.", nil, false},
	{"private-storage", "b2982f36-99f2-4db5-8eff-283140c09693", "Storage is reached over private endpoints.", nil, false},
	{"no-storage-keys", "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54", "Storage doesn't take account keys.", nil, false},
	{"no-public-blobs", "4fa4b6c0-31ca-4c0d-b10d-24b96f62a751", "No container is public.", nil, false},
	{"private-logs", "6c53d030-cc64-46f0-906d-2bc061cd1334", "Workspaces take and answer over private networks.",
		func(b *builder) bool { return b.spec.Network.Mode != spec.Selected }, false},
	{"apim-management", "b741306c-968e-4b67-b916-5675e5c709f4", "The direct management API of API Management is off.", isAPIM, false},
	{"apim-https", "ee7495e7-3ba7-40b6-bfee-c29e22cc75d4", "APIs are encrypted.", isAPIM, false},
	{"apim-secrets", "f1cc7827-022c-473e-836e-5a51cae0b249", "Secrets of API Management are in a vault.", isAPIM, false},
	{"apim-certificates", "92bb331d-ac71-416a-8c91-02f2cb734ce4", "Calls to models check certificates.", isAPIM, false},
	{"search-no-keys", "6300012e-e9a4-4649-b41f-a85f5c43be91", "Search services don't take keys.", hasSearch, false},
	{"private-search", "ee980b6d-0eca-4501-8d54-f6290fd512c3", "Search services are reached over private endpoints.", hasSearch, false},
	{"search-tier", "a049bf77-880b-470f-ba6d-9f21c530cf83", "Search services have a tier with private endpoints.", hasSearch, false},
	{"search-key", "356da939-f20a-4bb9-86f8-5db445b0e354", "Search services refuse indexes without the customer's key.", searchKeyDenied, false},
}

func isAPIM(b *builder) bool { return b.spec.Gateway.Kind == spec.APIMGateway }

// policies assigns the policies to the resource group.
func (b *builder) policies() {
	if b.spec.Policy.Effect == spec.PolicyNone {
		return
	}
	at := b.at("policy")
	b.part("policy", "Azure Policy", "Azure itself refuses a change that would open the deployment.")
	for _, p := range builtins {
		if p.when != nil && !p.when(b) {
			continue
		}
		effect := strings.ToUpper(string(b.spec.Policy.Effect[:1])) + string(b.spec.Policy.Effect[1:])
		if p.audits {
			effect = "AuditIfNotExists"
		}
		b.put(at, b.id(policyType, "palisade-"+p.name), "", nil, at.props(
			at.is("displayName", "Palisade: "+p.name),
			at.is("description", p.says),
			at.is("policyDefinitionId", "/providers/Microsoft.Authorization/policyDefinitions/"+p.id),
			at.is("enforcementMode", "Default"),
			at.is("nonComplianceMessages", at.list(at.obj(at.is("message", p.says+" See palisade.yaml.")))),
			at.is("parameters", at.obj(at.is("effect", at.obj(at.is("value", effect)))))))
	}
}
