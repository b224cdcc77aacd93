package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/cognitiveservices/armcognitiveservices/v2"

	"palisade/arm"
)

const (
	accountType    = "Microsoft.CognitiveServices/accounts"
	modelType      = "Microsoft.CognitiveServices/accounts/deployments"
	quotaPage      = "https://aka.ms/oai/stuquotarequest"
	cognitiveSpace = "Microsoft.CognitiveServices"
)

// wantedModel is a deployment of a model in the plan.
type wantedModel struct {
	id, region            string
	format, name, version string
	sku                   string
	capacity              int64
}

// wantedModels are those of the plan whose region is known.
func wantedModels(p *Plan) []wantedModel {
	var out []wantedModel
	for _, r := range p.of(modelType) {
		account, _ := p.find(parentID(r.ID))
		model := r.Properties("model")
		capacity, _ := r.Body.Get("sku", "capacity").Int()
		out = append(out, wantedModel{
			id: r.ID, region: account.Body.Get("location").Text(),
			format: orElse(model.Get("format"), "OpenAI"), name: model.Get("name").Text(), version: model.Get("version").Text(),
			sku: r.Body.Get("sku", "name").Text(), capacity: capacity,
		})
	}
	return out
}

func orElse(v arm.Value, other string) string {
	if s, ok := v.Str(); ok {
		return s
	}
	return other
}

// checkModels asks, region by region, whether the models are there and whether
// enough capacity is left.
func (c *Client) checkModels(ctx context.Context, p *Plan) []Check {
	var regions []string
	byRegion := map[string][]wantedModel{}
	for _, m := range wantedModels(p) {
		if byRegion[m.region] == nil {
			regions = append(regions, m.region)
		}
		byRegion[m.region] = append(byRegion[m.region], m)
	}
	var out []Check
	for _, region := range regions {
		out = append(out, c.checkRegion(ctx, region, byRegion[region])...)
	}
	return out
}

func (c *Client) checkRegion(ctx context.Context, region string, wanted []wantedModel) []Check {
	models, err := c.regionModels(ctx, region)
	if err != nil {
		check := Check{Name: "models in " + region, State: Unknown, Text: Explain(err)}
		if noRegion(err) {
			check.State, check.Do = Fail, "correct the region in palisade.yaml: it is one without model accounts, or none at all"
		}
		return []Check{check}
	}
	check := Check{Name: "models in " + region, State: OK, Text: fmt.Sprintf("%d of %d there", len(wanted), len(wanted))}
	need := map[string]int64{}
	var order []string
	for _, w := range wanted {
		usage, why := w.find(models)
		if why != "" {
			check.State, check.Text = Fail, why
			check.Do = "choose another version, SKU or region in palisade.yaml"
			continue
		}
		if _, seen := need[usage]; !seen {
			order = append(order, usage)
		}
		need[usage] += w.capacity - c.deployedCapacity(ctx, w.id)
	}
	return append([]Check{check}, c.checkQuota(ctx, region, order, need)...)
}

// noRegion reports whether Azure says that a service isn't in a region, which it
// says of names that are no region's, too.
func noRegion(err error) bool {
	var r *azcore.ResponseError
	return errors.As(err, &r) && slices.Contains([]string{"NoRegisteredProviderFound", "LocationNotAvailableForResourceType", "InvalidLocation"}, r.ErrorCode)
}

func (c *Client) regionModels(ctx context.Context, region string) ([]*armcognitiveservices.Model, error) {
	client, err := armcognitiveservices.NewModelsClient(c.subscription, c.credential, c.options)
	if err != nil {
		return nil, err
	}
	var out []*armcognitiveservices.Model
	for pager := client.NewListPager(region, nil); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Value...)
	}
	return out, nil
}

// find looks for the model among those of a region: the name of its quota, or
// why there is none.
func (w wantedModel) find(models []*armcognitiveservices.Model) (usage, why string) {
	versions := []string{}
	for _, m := range models {
		if m.Model == nil || !strings.EqualFold(deref(m.Model.Format), w.format) || !strings.EqualFold(deref(m.Model.Name), w.name) {
			continue
		}
		if !strings.EqualFold(deref(m.Model.Version), w.version) {
			versions = append(versions, deref(m.Model.Version))
			continue
		}
		var skus []string
		for _, s := range m.Model.SKUs {
			if strings.EqualFold(deref(s.Name), w.sku) {
				return deref(s.UsageName), ""
			}
			skus = append(skus, deref(s.Name))
		}
		return "", fmt.Sprintf("%s %s isn't offered as %s in %s, but as %s", w.name, w.version, w.sku, w.region, strings.Join(skus, ", "))
	}
	if len(versions) > 0 {
		return "", fmt.Sprintf("%s isn't offered in version %s in %s, but in %s", w.name, w.version, w.region, strings.Join(versions, ", "))
	}
	return "", fmt.Sprintf("%s isn't offered in %s", w.name, w.region)
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// deployedCapacity is what a deployment that is there already takes.
func (c *Client) deployedCapacity(ctx context.Context, id string) int64 {
	r, err := c.read(ctx, arm.Resource{ID: id, APIVersion: "2025-06-01"})
	if err != nil {
		return 0
	}
	n, _ := r.Body.Get("sku", "capacity").Int()
	return n
}

func (c *Client) checkQuota(ctx context.Context, region string, order []string, need map[string]int64) []Check {
	left, err := c.quotaLeft(ctx, region)
	if err != nil {
		return []Check{{Name: "quota in " + region, State: Unknown, Text: Explain(err)}}
	}
	check := Check{Name: "quota in " + region, State: OK, Text: "enough"}
	for _, usage := range order {
		free, listed := left[strings.ToLower(usage)]
		switch {
		case !listed && check.State == OK && need[usage] > 0:
			check.State, check.Text = Unknown, "Azure lists no quota "+usage
		case listed && need[usage] > free:
			check.State, check.Text = Fail, fmt.Sprintf("%s: %d more needed, %d left", usage, need[usage], free)
			check.Do = "lower capacity: in palisade.yaml, or ask for more quota: " + quotaPage
			return []Check{check}
		}
	}
	return []Check{check}
}

// quotaLeft is the free capacity of a region by the name of the quota, in lower
// case.
func (c *Client) quotaLeft(ctx context.Context, region string) (map[string]int64, error) {
	client, err := armcognitiveservices.NewUsagesClient(c.subscription, c.credential, c.options)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for pager := client.NewListPager(region, nil); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, u := range page.Value {
			if u.Name != nil {
				out[strings.ToLower(deref(u.Name.Value))] = int64(deref(u.Limit) - deref(u.CurrentValue))
			}
		}
	}
	return out, nil
}
