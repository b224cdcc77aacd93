package blueprint

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"palisade/spec"
)

// element is one element of a policy.
type element struct {
	name     string
	attrs    []string // names and values in turn
	text     string
	children []element
}

func el(name string, attrs ...string) element { return element{name: name, attrs: attrs} }

func (e element) with(children ...element) element {
	e.children = append(e.children, children...)
	return e
}
func (e element) saying(text string) element { e.text = text; return e }

// xmlText is the element as indented XML. Whatever stands in it is escaped.
func (e element) xmlText() string {
	var out bytes.Buffer
	enc := xml.NewEncoder(&out)
	enc.Indent("", "  ")
	e.encode(enc)
	_ = enc.Close() // a bytes.Buffer takes everything, and elements are closed below
	return out.String()
}

func (e element) encode(enc *xml.Encoder) {
	start := xml.StartElement{Name: xml.Name{Local: e.name}}
	for i := 0; i+1 < len(e.attrs); i += 2 {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: e.attrs[i]}, Value: e.attrs[i+1]})
	}
	_ = enc.EncodeToken(start)
	if e.text != "" {
		_ = enc.EncodeToken(xml.CharData(e.text))
	}
	for _, c := range e.children {
		c.encode(enc)
	}
	_ = enc.EncodeToken(start.End())
}

// apimPolicy is what API Management asks of each call: a token, the grant of
// its caller for the model, the limits; and how it calls the model.
func (b *builder) apimPolicy() string {
	inbound := el("inbound").with(el("base"))
	inbound = inbound.with(b.checkToken()...).with(addressFilter(b.spec.Gateway.From)...)
	inbound = inbound.with(callVariables()...).with(b.grants(), b.modelPolicies())
	inbound = inbound.with(limitPolicies(b.spec.Gateway.Limits, `"all"`)...).with(tokenMetric(), rewrite(), apiVersion(), sameBody())
	return el("policies").with(inbound, b.forward(), el("outbound").with(el("base")), onError()).xmlText()
}

// checkToken validates the caller's Entra token, and drops keys that somebody
// may try to smuggle to a model.
func (b *builder) checkToken() []element {
	tenant := string(b.spec.Tenant)
	if tenant == "" {
		tenant = "{{tenant}}"
	}
	audiences := el("audiences")
	for _, a := range b.spec.Gateway.Tokens.Audiences {
		audiences = audiences.with(el("audience").saying(a))
	}
	return []element{
		deleteHeader("api-key"),
		deleteHeader("Ocp-Apim-Subscription-Key"),
		el("validate-azure-ad-token", "tenant-id", tenant, "header-name", "Authorization",
			"failed-validation-httpcode", "401", "failed-validation-error-message", "An Entra token for this service is needed.",
			"output-token-variable-name", "token").with(audiences),
	}
}

func deleteHeader(name string) element {
	return el("set-header", "name", name, "exists-action", "delete")
}

// callVariables are what is asked about each call.
func callVariables() []element {
	set := func(name, value string) element { return el("set-variable", "name", name, "value", value) }
	return []element{
		set("body", `@(context.Request.Body.As<JObject>(preserveContent: true))`),
		set("model", `@(context.Request.MatchedParameters.ContainsKey("deployment") ? context.Request.MatchedParameters["deployment"] : ((string)((JObject)context.Variables["body"])["model"] ?? ""))`),
		set("caller", `@(((Jwt)context.Variables["token"]).Claims.GetValueOrDefault("oid", ""))`),
		set("client", `@(((Jwt)context.Variables["token"]).Claims.GetValueOrDefault("appid", ((Jwt)context.Variables["token"]).Claims.GetValueOrDefault("azp", "")))`),
	}
}

// grants finds the first grant that gives the caller the model, and holds the
// call to it. Without one the call is refused.
func (b *builder) grants() element {
	choose := el("choose")
	for i := range b.spec.Access {
		g := &b.spec.Access[i]
		when := el("when", "condition", b.grantCondition(g)).with(
			el("set-variable", "name", "grant", "value", g.Name))
		when = when.with(addressFilter(g.From)...).with(allowPolicies(g.Allow)...)
		when = when.with(limitPolicies(g.Limits, quote("grant "+g.Name))...)
		when = when.with(limitPolicies(g.CallerLimits, quote("caller "+g.Name+" ")+` + (string)context.Variables["caller"]`)...)
		choose = choose.with(when)
	}
	return choose.with(el("otherwise").with(refusal(403, "Forbidden", "No grant gives this caller the model.")))
}

// grantCondition is true for calls that a grant is for.
func (b *builder) grantCondition(g *spec.Grant) string {
	var who []string
	for i := range g.Who {
		who = append(who, b.whoCondition(&g.Who[i]))
	}
	var named []string
	for _, m := range g.Models {
		named = append(named, quote(m))
	}
	all := []string{
		"(" + strings.Join(who, " || ") + ")",
		"(new [] { " + strings.Join(named, ", ") + ` }).Contains((string)context.Variables["model"])`,
	}
	if len(g.Through) > 0 {
		all = append(all, "(new [] { "+quotedList(texts(g.Through))+` }).Contains((string)context.Variables["client"])`)
	}
	return "@(" + strings.Join(append(all, untilCondition(g.Expires)...), " && ") + ")"
}

func (b *builder) whoCondition(w *spec.Who) string {
	if w.Group != "" {
		const groups = `((Jwt)context.Variables["token"]).Claims`
		return groups + `.ContainsKey("groups") && ` + groups + `["groups"].Contains(` + quote(string(w.Group)) + ")"
	}
	to := b.who(w)
	id := "{{" + principalValue(to) + "}}"
	if s, known := to.object.Str(); known {
		id = s
	}
	all := append([]string{`(string)context.Variables["caller"] == ` + quote(id)}, untilCondition(w.Expires)...)
	return strings.Join(all, " && ")
}

// untilCondition ends with the day, which itself still counts.
func untilCondition(d spec.Date) []string {
	if d.IsZero() {
		return nil
	}
	end := d.AddDate(0, 0, 1)
	return []string{fmt.Sprintf("DateTime.UtcNow < new DateTime(%d, %d, %d)", end.Year(), int(end.Month()), end.Day())}
}

// allowPolicies refuse what may not pass.
func allowPolicies(a spec.Allow) []element {
	var all []element
	refuse := func(condition, message string) {
		all = append(all, el("choose").with(el("when", "condition", "@("+condition+")").with(refusal(403, "Forbidden", message))))
	}
	const body = `((JObject)context.Variables["body"])`
	if !slices.Contains(a.Tools, "*") {
		refuse(body+`["functions"] != null || `+body+`["tools"] != null && !((JArray)`+body+`["tools"]).All(t => (new string[] { `+
			quotedList(a.Tools)+` }).Contains((string)t["type"]))`, "A tool of this type may not be used.")
	}
	if !a.Store {
		refuse(body+`["store"] != null && `+body+`["store"].ToString() != "False"`, "Answers may not be stored.")
	}
	if !a.Images {
		refuse(body+`.ToString().Contains("\"image_url\"")`, "Images may not be used.")
	}
	if a.MaxTokens > 0 {
		refuse(fmt.Sprintf(`Math.Max((long?)%[1]s["max_completion_tokens"] ?? 0, (long?)%[1]s["max_tokens"] ?? 0) > %[2]d`, body, a.MaxTokens),
			"Fewer completion tokens may be asked for.")
	}
	return all
}

// modelPolicies hold a call to what its model says, and choose its backends.
func (b *builder) modelPolicies() element {
	choose := el("choose")
	for i := range b.spec.Models {
		m := &b.spec.Models[i]
		when := el("when", "condition", `@((string)context.Variables["model"] == `+quote(m.Name)+")")
		when = when.with(addressFilter(m.From)...).with(allowPolicies(m.Allow)...)
		when = when.with(limitPolicies(m.Limits, quote("model "+m.Name))...)
		when = when.with(el("set-backend-service", "backend-id", poolName(m)))
		choose = choose.with(when.with(b.signIn(m)...))
	}
	return choose.with(el("otherwise").with(refusal(404, "DeploymentNotFound", "There is no such model.")))
}

// signIn calls a model by the gateway's identity. The caller's token never goes
// on; where the backend has a key, it stands in the backend.
func (b *builder) signIn(m *spec.Model) []element {
	if m.Upstreams[0].Key != "" {
		return []element{deleteHeader("Authorization")}
	}
	resource := cloudText(b.spec.Cloud, "https://cognitiveservices.azure.com", "https://cognitiveservices.azure.us", "https://cognitiveservices.azure.cn")
	return []element{
		el("authentication-managed-identity", "resource", resource, "client-id", "{{"+gatewayIdentityValue+"}}",
			"output-token-variable-name", "gateway-token", "ignore-error", "false"),
		el("set-header", "name", "Authorization", "exists-action", "override").with(
			el("value").saying(`@("Bearer " + (string)context.Variables["gateway-token"])`)),
	}
}

// limitPolicies count what is used, by a key that is an expression.
func limitPolicies(l spec.Limits, key string) []element {
	var all []element
	tokens := func(suffix string, attrs ...string) {
		all = append(all, el("llm-token-limit", append([]string{
			"counter-key", "@(" + key + " + " + quote(suffix) + ")", "estimate-prompt-tokens", "true"}, attrs...)...))
	}
	if l.TokensPerMinute > 0 {
		tokens(" minute", "tokens-per-minute", fmt.Sprint(l.TokensPerMinute), "retry-after-header-name", "Retry-After",
			"remaining-tokens-header-name", "x-ratelimit-remaining-tokens")
	}
	if l.TokensPerDay > 0 {
		tokens(" day", "token-quota", fmt.Sprint(l.TokensPerDay), "token-quota-period", "Daily")
	}
	if l.TokensPerMonth > 0 {
		tokens(" month", "token-quota", fmt.Sprint(l.TokensPerMonth), "token-quota-period", "Monthly")
	}
	if l.RequestsPerMinute > 0 {
		all = append(all, el("rate-limit-by-key", "calls", fmt.Sprint(l.RequestsPerMinute), "renewal-period", "60",
			"counter-key", "@("+key+` + " calls")`, "retry-after-header-name", "Retry-After"))
	}
	return all
}

// addressFilter lets in what is listed; nothing listed is everything.
func addressFilter(sources []spec.Source) []element {
	if len(sources) == 0 {
		return nil
	}
	filter := el("ip-filter", "action", "allow")
	for _, s := range sources {
		filter = filter.with(el("address-range", "from", s.Prefix.Masked().Addr().String(), "to", lastAddress(s.Prefix).String()))
	}
	return []element{filter}
}

// lastAddress is the highest address of an IPv4 network.
func lastAddress(p netip.Prefix) netip.Addr {
	a := p.Masked().Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(a)
}

// tokenMetric counts tokens by who used them, without text.
func tokenMetric() element {
	dimension := func(name, variable string) element {
		return el("dimension", "name", name, "value", `@((string)context.Variables["`+variable+`"])`)
	}
	return el("llm-emit-token-metric", "namespace", "palisade").with(
		dimension("Grant", "grant"), dimension("Caller", "caller"), dimension("Model", "model"))
}

// rewrite makes the path at the deployment from the name of the operation.
func rewrite() element {
	return el("rewrite-uri", "copy-unmatched-params", "true", "template",
		`@("/" + context.Operation.Id.Replace("v1-", "").Replace("chat-", "chat/"))`)
}

// v1Version is the last version with a date. Reasoning models answer 400 to
// those before 2024-12-01-preview, the last stable one, 2024-10-21, among them.
// Source: azure-ai-docs openai/how-to/reasoning.md.
const v1Version = "2025-04-01-preview"

// apiVersion is for calls of the v1 form, which say none.
func apiVersion() element {
	return el("set-query-parameter", "name", "api-version", "exists-action", "skip").with(el("value").saying(v1Version))
}

// sameBody sends on what was looked at: of a member that is there twice, the
// one that was asked about.
func sameBody() element {
	return el("set-body").saying(`@(((JObject)context.Variables["body"]).ToString(Newtonsoft.Json.Formatting.None))`)
}

// forward calls the pool, and another member of it where one fails.
func (b *builder) forward() element {
	r, t := &b.spec.Gateway.Retry, &b.spec.Gateway.Timeouts
	call := el("forward-request", "buffer-request-body", "true", "buffer-response", "false",
		"timeout", strings.Trim(seconds(t.FirstByte), "PTS"))
	if r.Attempts > 1 {
		call = el("retry", "condition", `@(context.Response != null && (context.Response.StatusCode == 429 || context.Response.StatusCode >= 500))`,
			"count", fmt.Sprint(r.Attempts-1), "interval", "1", "first-fast-retry", "true").with(call)
	}
	return el("backend").with(call)
}

// onError answers in the form of Azure OpenAI.
func onError() element {
	return el("on-error").with(el("base"),
		el("set-header", "name", "Content-Type", "exists-action", "override").with(el("value").saying("application/json")),
		el("set-body").saying(`@(new JObject(new JProperty("error", new JObject(new JProperty("code", context.Response.StatusCode.ToString()), new JProperty("message", context.LastError.Message)))).ToString())`))
}

// refusal ends a call with an error in the form of Azure OpenAI.
func refusal(status int, code, message string) element {
	body := fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, code, message)
	return el("return-response").with(
		el("set-status", "code", fmt.Sprint(status), "reason", code),
		el("set-header", "name", "Content-Type", "exists-action", "override").with(el("value").saying("application/json")),
		el("set-body").saying(body))
}

// quote is a string in C#. Names and IDs have none of the characters that
// would need more.
func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

func quotedList(items []string) string {
	all := make([]string, len(items))
	for i, s := range items {
		all[i] = quote(s)
	}
	return strings.Join(all, ", ")
}
