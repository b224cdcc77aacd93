package blueprint

import (
	"slices"

	"palisade/arm"
	"palisade/spec"
)

// sharedGroup is what Search's own private endpoint asks of an account of Azure
// OpenAI. Source: azure-docs search/search-indexer-howto-access-private.md,
// "Supported resource types".
const sharedGroup = "openai_account"

func (b *builder) searchID() string { return b.id(searchType, b.name(60, "srch")) }

// searchService makes Azure AI Search with its endpoint, who may ask it, and
// what it may ask.
func (b *builder) searchService() {
	s := b.spec.Search
	if s == nil {
		return
	}
	at := b.at("search")
	b.part("search", "Azure AI Search", "Documents are searched over the private network with Entra tokens; who may query can't change the service or read keys, as there are none.")
	var needs []string
	if b.makesKeys() {
		needs = append(needs, b.vaultID(s.Region)+"/keys/"+dataKey)
	}
	id := b.put(at, b.searchID(), s.Region, needs,
		at.is("sku", at.obj(at.is("name", string(s.SKU)))),
		at.is("identity", at.obj(at.is("type", "SystemAssigned"))),
		at.props(
			at.is("replicaCount", s.Replicas),
			at.is("partitionCount", s.Partitions),
			at.is("hostingMode", "Default"),
			at.is("computeType", "Default"),
			at.is("semanticSearch", string(s.Semantic)),
			at.is("disableLocalAuth", true), // then Azure takes no authOptions, which choose between keys and tokens
			at.is("publicNetworkAccess", "Disabled"),
			at.is("networkRuleSet", at.obj(at.is("bypass", b.searchBypass()), at.is("ipRules", []arm.Value{}))),
			at.is("encryptionWithCmk", at.obj(at.is("enforcement", b.searchEncryption())))))
	b.log(at, id, "")
	b.endpoint(at, searches, s.Region, id)
	b.searchCallers(id)
	b.searchCalls(id)
}

// searchBypass lets the accounts in where they query: Azure OpenAI isn't in the
// network, and comes as a trusted service or not at all. Source: azure-ai-docs
// openai/how-to/on-your-data-configuration.md, "Enable trusted service".
func (b *builder) searchBypass() string {
	if b.spec.Search.OnYourData {
		return "AzureServices"
	}
	return "None"
}

// searchEncryption makes Search refuse indexes without the customer's key. Each
// index names its key itself, so that none is written here.
// Source: azure-docs search/search-security-manage-encryption-keys.md.
func (b *builder) searchEncryption() string {
	if b.spec.Encryption.CustomerKey {
		return "Enabled"
	}
	return "Disabled"
}

// searchCallers gives roles on the indexes' documents. Microsoft's page also
// gives the accounts Search Service Contributor, which guesses the fields of an
// index and loads documents. That role may list admin keys, let anybody in and
// delete the service; a caller who names the fields needs only to read.
func (b *builder) searchCallers(id string) {
	s := b.spec.Search
	readers, writers := b.at("search", "readers"), b.at("search", "writers")
	for _, g := range s.Readers {
		b.assign(readers, readers.object("Group", string(g)), indexReader, id, "search.readers of palisade.yaml")
	}
	for _, g := range s.Writers {
		b.assign(writers, writers.object("Group", string(g)), indexWriter, id, "search.writers of palisade.yaml")
	}
	if !s.OnYourData {
		return
	}
	at := b.at("search", "onYourData")
	for _, a := range b.accounts {
		b.assign(at, at.systemIdentity(a.id), indexReader, id, "The account answers from the indexes.")
	}
}

// systemIdentity is the principal of the identity that a resource has of itself.
func (p place) systemIdentity(id string) principal {
	return principal{"ServicePrincipal", p.principal(id), id, []string{id}}
}

// searchCalls lets the service call the key of its indexes, and the models that
// the file names. To the models it goes by a private endpoint of its own, which
// somebody has to approve at the account; Azure approves none by itself. It gets
// no role on storage: the archive of logs holds no documents.
func (b *builder) searchCalls(id string) {
	s := b.spec.Search
	if b.makesKeys() {
		at, key := b.at("encryption"), b.vaultID(s.Region)+"/keys/"+dataKey
		b.assign(at, at.systemIdentity(id), keyEncryption, key, "Search wraps the keys of its indexes with this one.")
	}
	at := b.at("search", "models")
	for _, a := range b.accounts {
		if !a.offers(s.Models) {
			continue
		}
		b.assign(at, at.systemIdentity(id), modelUser, a.id, "Search turns text into vectors.")
		b.put(at, id+"/sharedPrivateLinkResources/"+shortened(a.name(), 60), "", b.linkNeeds(id, a), at.props(
			at.is("privateLinkResourceId", a.id),
			at.is("groupId", sharedGroup),
			at.is("requestMessage", "Palisade: search.models of palisade.yaml")))
	}
}

// linkNeeds is what a link from Search waits for: Azure changes one child of an
// account at a time, and an endpoint is one; and it makes one link at a time.
func (b *builder) linkNeeds(search string, a *account) []string {
	needs := []string{search, a.id, b.endpointID(a.id)}
	for _, r := range b.parts[len(b.parts)-1].Resources {
		if r.Type == sharedType {
			needs = append(needs, r.ID)
		}
	}
	return needs
}

// searchHosts are the hosts outside of Azure OpenAI that the accounts call.
func (b *builder) searchHosts() []string {
	if s := b.spec.Search; s == nil || !s.OnYourData {
		return []string{}
	}
	suffix := cloudText(b.spec.Cloud, "search.windows.net", "search.windows.us", "search.azure.cn")
	return []string{lastOf(b.searchID()) + "." + suffix}
}

// searchHas reports whether Search calls a model itself.
func (b *builder) searchHas(m string) bool {
	return b.spec.Search != nil && slices.Contains(b.spec.Search.Models, m)
}

func hasSearch(b *builder) bool { return b.spec.Search != nil }

// searchKeyDenied reports whether indexes without the customer's key can be
// denied: the policy for that knows no other effect.
func searchKeyDenied(b *builder) bool {
	return hasSearch(b) && b.spec.Encryption.CustomerKey && b.spec.Policy.Effect == spec.PolicyDeny
}
