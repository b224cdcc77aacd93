package azure

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"palisade/arm"
)

const (
	vaultType   = "Microsoft.KeyVault/vaults"
	storageType = "Microsoft.Storage/storageAccounts"
	searchType  = "Microsoft.Search/searchServices"
	// cognitiveVersion is the API version of the requests about accounts that
	// aren't about one resource of the plan.
	cognitiveVersion = "2025-06-01"
)

// checkNames asks for the names that are unique in all of Azure. What is there
// already and belongs to the plan has its name.
func (c *Client) checkNames(ctx context.Context, p *Plan) []Check {
	var out []Check
	count := 0
	for _, r := range p.Resources {
		if r.Existing || !r.Is(accountType) && !r.Is(vaultType) && !r.Is(storageType) && !r.Is(searchType) {
			continue
		}
		count++
		if _, err := c.read(ctx, r); err == nil {
			continue
		} else if !missing(err) {
			out = append(out, Check{Name: "name " + r.Name, State: Unknown, Text: Explain(err)})
			continue
		}
		if check := c.checkName(ctx, r); check.State != OK {
			out = append(out, check)
		}
	}
	if len(out) == 0 && count > 0 {
		out = append(out, Check{Name: "names", State: OK, Text: fmt.Sprintf("%d free, or yours already", count)})
	}
	return out
}

func (c *Client) checkName(ctx context.Context, r arm.Resource) Check {
	check := Check{Name: "name " + r.Name, State: OK}
	var free bool
	var why string
	var err error
	switch {
	case r.Is(accountType):
		if gone := c.softDeleted(ctx, r); gone != nil {
			return *gone
		}
		free, why, err = c.freeSubdomain(ctx, r.Properties("customSubDomainName").Text())
	case r.Is(vaultType):
		free, why, err = c.freeName(ctx, "/providers/Microsoft.KeyVault/checkNameAvailability", "2024-11-01", r)
	case r.Is(searchType):
		r.Type = "searchServices" // as Search calls it; rest/api/searchmanagement/services/check-name-availability
		free, why, err = c.freeName(ctx, "/providers/Microsoft.Search/checkNameAvailability", "2025-05-01", r)
	default:
		free, why, err = c.freeName(ctx, "/providers/Microsoft.Storage/checkNameAvailability", "2024-01-01", r)
	}
	switch {
	case err != nil:
		check.State, check.Text = Unknown, Explain(err)
	case !free:
		check.State, check.Text = Fail, why
		check.Do = "choose another name: or environment: in palisade.yaml"
	}
	return check
}

// softDeleted tells of a deleted account that still holds the name.
func (c *Client) softDeleted(ctx context.Context, r arm.Resource) *Check {
	region := r.Body.Get("location").Text()
	path := c.deletedPath(region, part(r.ID, "resourceGroups"), r.Name)
	var gone struct {
		Properties struct{ DeletionDate, ScheduledPurgeDate string }
	}
	err := c.call(ctx, http.MethodGet, path, cognitiveVersion, nil, &gone)
	if err != nil {
		if missing(err) {
			return nil
		}
		return &Check{Name: "name " + r.Name, State: Unknown, Text: Explain(err)}
	}
	text := "a deleted account of that name is still kept"
	if d := gone.Properties.ScheduledPurgeDate; d != "" {
		text += " until " + d
	}
	return &Check{Name: "name " + r.Name, State: Fail, Text: text,
		Do: fmt.Sprintf("purge it for good: az cognitiveservices account purge --location %s --resource-group %s --name %s", region, part(r.ID, "resourceGroups"), r.Name)}
}

func (c *Client) deletedPath(region, group, name string) string {
	return c.scope() + "/providers/" + cognitiveSpace + "/locations/" + region + "/resourceGroups/" + group + "/deletedAccounts/" + name
}

func (c *Client) freeSubdomain(ctx context.Context, name string) (bool, string, error) {
	var answer struct {
		IsSubdomainAvailable bool
		Reason               string
	}
	err := c.call(ctx, http.MethodPost, c.scope()+"/providers/"+cognitiveSpace+"/checkDomainAvailability", cognitiveVersion,
		map[string]string{"subdomainName": name, "type": accountType}, &answer)
	return answer.IsSubdomainAvailable, answer.Reason, err
}

func (c *Client) freeName(ctx context.Context, path, version string, r arm.Resource) (bool, string, error) {
	var answer struct {
		NameAvailable   bool
		Reason, Message string
	}
	err := c.call(ctx, http.MethodPost, c.scope()+path, version, map[string]string{"name": r.Name, "type": r.Type}, &answer)
	return answer.NameAvailable, strings.TrimSpace(answer.Reason + " " + answer.Message), err
}
