package spec

// Search is an Azure AI Search service next to the models, for answers from
// documents. It takes Entra tokens over a private endpoint, and neither keys nor
// calls from the internet.
type Search struct {
	// The pricing tier, in Azure's words.
	SKU SearchSKU `spec:"sku" default:"basic"`
	// Where it is: one of regions. By default the first.
	Region string `spec:"region" match:"^[a-z]+[a-z0-9]*$" means:"a region in Azure's short form, such as swedencentral"`
	// Copies that answer queries. Azure promises availability from 2 on (3 while indexing).
	Replicas int `spec:"replicas" default:"1" range:"1..12"`
	// Parts that the indexes are divided into: 1, 2, 3, 4, 6 or 12.
	Partitions int `spec:"partitions" default:"1" range:"1..12"`
	// The semantic ranker, which Azure runs as a service of its own: disabled, free (so many queries a month), standard (paid by query).
	Semantic SemanticRanker `spec:"semantic" default:"disabled"`
	// Object IDs of the Entra groups that may query the indexes.
	Readers []GUID `spec:"readers"`
	// Object IDs of the Entra groups that may load and query the indexes. They can't change the service.
	Writers []GUID `spec:"writers"`
	// Models, by their keys, that the service may call itself, to turn text into vectors. Its way to their accounts has to be approved once, there. Not with a gateway, which it would go around.
	Models []string `spec:"models"`
	// Let the accounts query the indexes with their own identities, for Azure OpenAI's "on your data". They come as a service that Search trusts, not over the private endpoint.
	OnYourData bool `spec:"onYourData" default:"false"`
}

// SearchSKU is a tier of Azure AI Search that has private endpoints, in Azure's
// words.
type SearchSKU string

// SearchBasic is the tier with few replicas and partitions.
const SearchBasic SearchSKU = "basic"

func (SearchSKU) values() []string { return []string{"basic", "standard", "standard2", "standard3"} }

// SemanticRanker is whether there is a semantic ranker, and its plan.
type SemanticRanker string

func (SemanticRanker) values() []string { return []string{"disabled", "free", "standard"} }
