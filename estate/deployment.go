package estate

import "palisade/arm"

// Deployment is a model deployed on an account:
// Microsoft.CognitiveServices/accounts/deployments. Parent is its account.
type Deployment struct {
	*Resource
	Model         Model
	SKU           Field[string] // Standard, GlobalStandard, ProvisionedManaged, …; absent: Standard
	Capacity      Field[int64]  // thousands of tokens per minute, or provisioned units
	ContentPolicy Field[string] // name of a content filter; absent: Microsoft.Default
	// Upgrade is NoAutoUpgrade | OnceCurrentVersionExpired |
	// OnceNewDefaultVersionAvailable; absent: OnceCurrentVersionExpired (azure-docs
	// articles/ai-services/openai/how-to/working-with-models.md).
	Upgrade   Field[string]
	Spillover Field[string] // deployment that takes what is too much
	State     Field[string] // Running | Paused; absent: Running
}

// Model names a model and its version.
type Model struct {
	Format  Field[string] // OpenAI, Microsoft, …
	Name    Field[string]
	Version Field[string] // absent: the default version of the day
	Source  Field[string] // id of a fine-tuned model's source
	Pos     arm.Pos
}

// decodeDeployment reads a deployment. Old API versions wrote the kind of
// capacity as properties.scaleSettings instead of sku.
func decodeDeployment(e *Estate, r *Resource) {
	model := r.prop("model")
	d := &Deployment{
		Resource: r,
		Model: Model{
			Format:  model.at("format").text(""),
			Name:    model.at("name").text(""),
			Version: model.at("version").text(""),
			Source:  model.at("source").text(""),
			Pos:     model.pos,
		},
		SKU:           r.at("sku", "name").text("Standard"),
		Capacity:      r.at("sku", "capacity").number(1),
		ContentPolicy: r.prop("raiPolicyName").text("Microsoft.Default"),
		Upgrade:       r.prop("versionUpgradeOption").text("OnceCurrentVersionExpired"),
		Spillover:     r.prop("spilloverDeploymentName").text(""),
		State:         r.prop("deploymentState").text("Running"),
	}
	if old := r.prop("scaleSettings"); old.set && !d.SKU.Set {
		d.SKU = old.at("scaleType").text("Standard")
		d.Capacity = old.at("capacity").number(1)
	}
	e.Deployments.add(r, d)
}
