package spec

import "slices"

// derive fills in the defaults that depend on other keys.
func (s *Spec) derive() {
	if s.ResourceGroup == "" {
		s.ResourceGroup = "rg-" + s.Name + "-" + s.Environment
	}
	for i := range s.Models {
		m := &s.Models[i]
		if m.Price != nil && !s.Written("models", m.Name, "price", "cachedInput") {
			m.Price.CachedInput = m.Price.Input
		}
		m.derive(s.Regions)
	}
	s.Gateway.derive(s.Cloud)
	if s.Search != nil && s.Search.Region == "" && len(s.Regions) > 0 {
		s.Search.Region = s.Regions[0]
	}
	if s.Cloud != PublicCloud && !s.Written("defender", "plans") {
		s.Defender.Plans = withoutAI(s.Defender.Plans)
	}
}

func (m *Model) derive(regions []string) {
	if m.Model == "" {
		m.Model = m.Name
	}
	if len(m.Upstreams) == 0 {
		for i, r := range regions {
			if r != "" && !slices.Contains(regions[:i], r) { // else it has a problem already
				m.Upstreams = append(m.Upstreams, Upstream{Kind: AzureUpstream, Region: r, Priority: 1, Weight: 1, Pos: m.Pos})
			}
		}
	}
	for i := range m.Upstreams {
		m.Upstreams[i].derive(m)
	}
}

func (u *Upstream) derive(m *Model) {
	if u.Deployment == "" {
		u.Deployment = m.Name
	}
	if !u.Deployed() {
		return
	}
	if u.SKU == "" {
		u.SKU = m.SKU
	}
	if u.Capacity == 0 {
		u.Capacity = m.Capacity
	}
}

func (g *Gateway) derive(c Cloud) {
	if g.Kind == PalisadeGateway && len(g.Listeners) == 0 {
		g.Listeners = []Listener{{Address: "127.0.0.1:8080"}}
	}
	if len(g.Tokens.Audiences) == 0 {
		g.Tokens.Audiences = audiences(c)
	}
}

// audiences are the aud claims of tokens for Azure OpenAI, of both versions of
// tokens. Source: azure-docs, authentication-national-cloud.md, and
// entra-docs, access-token-claims-reference.md.
func audiences(c Cloud) []string {
	switch c {
	case USGovCloud:
		return []string{"https://cognitiveservices.azure.us", "https://cognitiveservices.azure.us/", cognitiveServicesApp}
	case ChinaCloud:
		return []string{"https://cognitiveservices.azure.cn", "https://cognitiveservices.azure.cn/", cognitiveServicesApp}
	}
	return []string{
		"https://cognitiveservices.azure.com", "https://cognitiveservices.azure.com/", cognitiveServicesApp,
		"https://ai.azure.com", "https://ai.azure.com/", "18a66f5f-dbdf-4c17-9dd7-1634712a9cbe",
	}
}

// cognitiveServicesApp is Microsoft's application Cognitive Services, which is
// the audience of version 2 tokens.
const cognitiveServicesApp = "7d312290-28c8-473c-a0ed-8e53749b6d6d"

// withoutAI leaves the AI plan out: Defender has it in the public cloud only.
func withoutAI(plans []DefenderPlan) []DefenderPlan {
	var kept []DefenderPlan
	for _, p := range plans {
		if p != "AI" {
			kept = append(kept, p)
		}
	}
	return kept
}
