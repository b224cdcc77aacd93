package spec

// Spec is one deployment or gateway, with its defaults filled in.
type Spec struct {
	// Short name of the deployment. The names of all resources are made from it.
	Name string `spec:"name,required" match:"^[a-z][a-z0-9-]{0,20}[a-z0-9]$" means:"2 to 22 lower-case letters, digits and -, beginning with a letter"`
	// Which of several alike deployments this is. It becomes part of names and a tag.
	Environment string `spec:"environment" default:"prod" match:"^[a-z0-9]{1,10}$" means:"up to 10 lower-case letters and digits"`
	// The Azure cloud: where tokens are issued, and how hosts are named.
	Cloud Cloud `spec:"cloud" default:"public"`
	// The Entra tenant whose tokens are accepted. Needed by a gateway whose callers are in Entra.
	Tenant GUID `spec:"tenant"`
	// The subscription to deploy to. Needed unless every upstream is elsewhere.
	Subscription GUID `spec:"subscription"`
	// The resource group that is made for the deployment. By default rg-NAME-ENVIRONMENT.
	ResourceGroup string `spec:"resourceGroup" match:"^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$" means:"up to 90 letters, digits and _ ( ) . -, not ending in a dot"`
	// The regions to deploy to, as Azure writes them: swedencentral. The first one holds what exists once.
	Regions []string `spec:"regions" match:"^[a-z]+[a-z0-9]*$" means:"a region in Azure's short form, such as swedencentral"`
	// Tags of every resource.
	Tags []Tag `spec:"tags"`

	// How the models are reached.
	Network Network `spec:"network"`
	// The models that are offered, by the name that callers use.
	Models []Model `spec:"models,required"`
	// Custom roles, by name, for when the built-in ones give too much.
	Roles []Role `spec:"roles"`
	// Issuers of tokens other than Entra, by name: GitHub Actions, a Kubernetes cluster.
	Issuers []Issuer `spec:"issuers"`
	// Who may use which model, by a name for the team or purpose. Nobody else may.
	Access []Grant `spec:"access,required"`
	// What stands between the callers and the models. Without this section there is none: callers reach the accounts themselves, with Azure's own roles.
	Gateway Gateway `spec:"gateway"`
	// What is recorded of each call, where, and for how long.
	Logging Logging `spec:"logging"`
	// Azure AI Search next to the models. Without this section there is none.
	Search *Search `spec:"search"`
	// Whose keys encrypt what Azure stores.
	Encryption Encryption `spec:"encryption"`
	// Who is told when something is opened, refused often, or used up.
	Alerts Alerts `spec:"alerts"`
	// What may be spent on the resource group.
	Budget Budget `spec:"budget"`
	// Microsoft Defender for Cloud.
	Defender Defender `spec:"defender"`
	// What keeps the deployment as it was made.
	Policy Policy `spec:"policy"`

	places places
	text   []byte // what it was parsed from
}

// Tag is one tag of a resource.
type Tag struct {
	// The name of the tag.
	Name string `spec:",name" match:"^[^<>%&\\\\?/]{1,512}$" means:"up to 512 characters without < > % & \\ ? /"`
	// The value of the tag.
	Value string `spec:",value" match:"^.{0,256}$" means:"up to 256 characters"`
}

// Exception says why a section departs from a safe default. It is needed where
// the section does, and nowhere else, and it shows up as an accepted finding.
type Exception struct {
	// Why this section departs from a safe default. Needed if it does.
	Because string `spec:"because"`
	// Until when that is accepted; the day itself is the last. What the section opens, such as access, ends with it.
	Expires Date `spec:"expires"`
}

// Cloud is an Azure cloud.
type Cloud string

// The clouds.
const (
	PublicCloud Cloud = "public"
	USGovCloud  Cloud = "usgov"
	ChinaCloud  Cloud = "china"
)

func (Cloud) values() []string { return []string{"public", "usgov", "china"} }
