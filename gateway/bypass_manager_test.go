package gateway

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"palisade/arm"
	"palisade/azure/simulator"
	"palisade/format/armjson"
	"palisade/gateway/upstream"
	"palisade/spec"
)

const (
	gatewayObject   = "99999999-9999-4999-8999-999999999999"
	contosoGroup    = "/subscriptions/" + simulator.Subscription + "/resourceGroups/rg"
	contosoAccount  = contosoGroup + "/providers/Microsoft.CognitiveServices/accounts/contoso"
	contosoHost     = "contoso.openai.azure.com"
	useModels       = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
	contributorRole = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	manageModels    = "a001fd3d-188f-4b5d-821b-7da978bf7442"
	customRole      = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"

	shutAccount = `"customSubDomainName":"contoso","disableLocalAuth":true,"publicNetworkAccess":"Disabled"`
)

// readJSON is a resource that is written as its id and JSON.
func readJSON(t testing.TB, id, body string) arm.Resource {
	t.Helper()
	v, problems := armjson.Read(arm.NewFile("test", []byte(body)), []byte(body))
	if len(problems) > 0 {
		t.Fatal(problems, body)
	}
	return arm.Resource{ID: id, Body: v}
}

// atAzure is Azure with the account, and with roles of the gateway's identity
// written as "scope role".
func atAzure(t testing.TB, properties string, roles ...string) *simulator.Simulator {
	t.Helper()
	s := simulator.New(simulator.Options{})
	t.Cleanup(s.Close)
	s.Seed(readJSON(t, contosoAccount, `{"kind":"OpenAI","sku":{"name":"S0"},"properties":{`+properties+`}}`))
	for i, text := range roles {
		scope, role, _ := strings.Cut(text, " ")
		id := fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-%012d", scope, i)
		s.Seed(readJSON(t, id, fmt.Sprintf(`{"properties":{"principalId":%q,"principalType":"ServicePrincipal","roleDefinitionId":"/subscriptions/%s/providers/Microsoft.Authorization/roleDefinitions/%s"}}`,
			gatewayObject, simulator.Subscription, role)))
	}
	return s
}

func managerSpec(t testing.TB, role string) *spec.Spec {
	t.Helper()
	s, problems := spec.Parse("test.yaml", []byte(`name: test
tenant: 33333333-3333-4333-8333-333333333333
models:
  gpt: {upstreams: [{url: "https://`+contosoHost+`", account: "`+contosoAccount+`"}]}
access:
  team: {who: [{app: 77777777-7777-4777-8777-777777777777}], models: [gpt], role: `+role+`}
roles:
  reads: {dataActions: [Microsoft.CognitiveServices/accounts/OpenAI/stored-completions/read]}
gateway: {kind: palisade}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

// managerOf is how the gateway asks a server that stands for Resource Manager.
func managerOf(t testing.TB, s *spec.Spec, at cloud.Configuration, trusted *x509.Certificate, who azcore.TokenCredential) *manager {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(trusted)
	pools, err := upstream.New(s, upstream.Options{Credential: who, Manager: &at, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	m, err := newManager(s, pools)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.close)
	t.Cleanup(pools.Close)
	m.wait = 10 * time.Second
	return m
}

func certificateOf(t testing.TB, s *simulator.Simulator) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(s.Certificate())
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// asked is what comes of asking, where nothing was seen of the account itself.
func (m *manager) asked(t testing.TB) upstream.Bypass {
	t.Helper()
	found := []upstream.Bypass{{Place: contosoHost, URL: "https://" + contosoHost, Account: contosoAccount, Models: []string{"gpt"}}}
	m.ask(t.Context(), found)
	return found[0]
}

func TestManager(t *testing.T) {
	const (
		open, shut, unknown = upstream.Open, upstream.Shut, upstream.Unknown

		use        = contosoAccount + " " + useModels
		subdomain  = `"customSubDomainName":"contoso"`
		ofModels   = "Cognitive Services OpenAI User"
		nothing    = "no permissions"
		management = "/providers/Microsoft.Management/managementGroups/"
	)
	for name, c := range map[string]struct {
		properties             string
		roles                  []string
		grant                  string
		custom                 string // actions and data actions of the custom role
		auth, public, identity upstream.State
		says                   string // part of what is said of it
	}{
		"shut in all three":         {shutAccount, []string{use}, ofModels, "", shut, shut, shut, "disableLocalAuth = true"},
		"keys on":                   {subdomain + `,"publicNetworkAccess":"Disabled"`, []string{use}, ofModels, "", open, shut, shut, "keys work"},
		"public":                    {subdomain + `,"disableLocalAuth":true`, []string{use}, ofModels, "", shut, open, shut, "every address of the internet reach"},
		"selected addresses":        {subdomain + `,"disableLocalAuth":true,"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"20.1.2.0/24"}]}`, []string{use}, ofModels, "", shut, open, shut, "(20.1.2.0/24) reach the account"},
		"the internet in halves":    {subdomain + `,"disableLocalAuth":true,"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"0.0.0.0/1"},{"value":"128.0.0.0/1"}]}`, []string{use}, ofModels, "", shut, open, shut, "every address"},
		"selected subnets":          {subdomain + `,"disableLocalAuth":true,"networkAcls":{"defaultAction":"Deny","virtualNetworkRules":[{"id":"` + contosoGroup + `/providers/Microsoft.Network/virtualNetworks/v/subnets/s"}]}`, []string{use}, ofModels, "", shut, shut, shut, "no address of the internet"},
		"garbage in the account":    {subdomain + `,"disableLocalAuth":"yes","publicNetworkAccess":{}`, []string{use}, ofModels, "", unknown, unknown, shut, "it isn't known whether keys work"},
		"another account's name":    {`"customSubDomainName":"other","disableLocalAuth":true,"publicNetworkAccess":"Disabled"`, []string{use}, ofModels, "", unknown, unknown, unknown, "isn't the one that answers"},
		"contributor of the group":  {shutAccount, []string{use, contosoGroup + " " + contributorRole}, ofModels, "", shut, shut, open, "has Contributor at the resource group rg, which gives it *, such as Microsoft.CognitiveServices/accounts/listKeys/action"},
		"on a page behind":          {shutAccount, []string{use, use, use, use, contosoGroup + " " + contributorRole}, ofModels, "", shut, shut, open, "Contributor"},
		"in a management group":     {shutAccount, []string{use, management + "top " + contributorRole, management + "mid " + useModels}, ofModels, "", shut, shut, open, "has Contributor at the management group top"},
		"in the whole tenant":       {shutAccount, []string{use, " " + contributorRole}, ofModels, "", shut, shut, open, "for the whole tenant"},
		"contributor elsewhere":     {shutAccount, []string{use, contosoGroup + "-other " + contributorRole}, ofModels, "", shut, shut, shut, "and reading"},
		"contributor of a model":    {shutAccount, []string{use, contosoAccount + "/deployments/gpt " + contributorRole}, ofModels, "", shut, shut, open, "has Contributor at gpt"},
		"role that lists keys":      {shutAccount, []string{use, contosoAccount + " " + customRole}, ofModels, `"actions":["Microsoft.CognitiveServices/accounts/listKeys/action"]`, shut, shut, open, "has custom at contoso, which gives it Microsoft.CognitiveServices/accounts/listKeys/action"},
		"role for part of its need": {shutAccount, []string{use, contosoAccount + " " + customRole}, ofModels, `"dataActions":["Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"]`, shut, shut, shut, "and reading"},
		"data that no grant needs":  {shutAccount, []string{use, contosoAccount + " " + customRole}, ofModels, `"dataActions":["Microsoft.CognitiveServices/accounts/OpenAI/stored-completions/read"]`, shut, shut, open, "stored-completions/read on data"},
		"data that a grant needs":   {shutAccount, []string{use, contosoAccount + " " + customRole}, "reads", `"dataActions":["Microsoft.CognitiveServices/accounts/OpenAI/stored-completions/read"]`, shut, shut, shut, "and reading"},
		"more than a grant's data":  {shutAccount, []string{contosoAccount + " " + manageModels}, "Cognitive Services OpenAI Contributor", "", shut, shut, open, "accounts/deployments/write"},
		"a role that can't be read": {shutAccount, []string{use, contosoAccount + " " + customRole}, ofModels, "", shut, shut, unknown, "it isn't known what that gives it"},
		"a role that says nothing":  {shutAccount, []string{use, contosoAccount + " " + customRole}, ofModels, nothing, shut, shut, unknown, "it isn't known what that gives it"},
		"no role at all":            {shutAccount, nil, ofModels, "", shut, shut, unknown, "no role of the gateway's identity"},
	} {
		s := atAzure(t, c.properties, c.roles...)
		if c.custom != "" {
			s.Seed(readJSON(t, "/subscriptions/"+simulator.Subscription+"/providers/Microsoft.Authorization/roleDefinitions/"+customRole,
				strings.Replace(`{"properties":{"roleName":"custom","type":"CustomRole","permissions":[{`+c.custom+`}]}}`, "{"+nothing+"}", "", 1)))
		}
		m := managerOf(t, managerSpec(t, c.grant), s.Cloud(), certificateOf(t, s), s.Credential(gatewayObject))
		b := m.asked(t)
		if b.LocalAuth.State != c.auth || b.PublicAccess.State != c.public || b.Identity.State != c.identity {
			t.Errorf("%s: %+v", name, b)
		}
		if all := b.LocalAuth.Why + "\n" + b.PublicAccess.Why + "\n" + b.Identity.Why; !strings.Contains(all, c.says) {
			t.Errorf("%s: %s isn't in\n%s", name, c.says, all)
		}
	}
}

// TestManagerPerimeter holds that the rules of an enforced perimeter count
// instead of the account's own.
func TestManagerPerimeter(t *testing.T) {
	config := func(mode, rules string) string {
		return `{"properties":{"networkSecurityPerimeter":{"id":"` + contosoGroup + `/providers/Microsoft.Network/networkSecurityPerimeters/p"},
			"resourceAssociation":{"name":"a","accessMode":"` + mode + `"},"profile":{"name":"default","accessRules":` + rules + `}}}`
	}
	const all = `[{"name":"in","properties":{"direction":"Inbound","addressPrefixes":["20.0.0.0/8"]}}]`
	for name, c := range map[string]struct {
		config string
		want   upstream.State
	}{
		"enforced, and lets some in":    {config("Enforced", all), upstream.Open},
		"enforced, and lets nobody in":  {config("Enforced", "[]"), upstream.Shut},
		"learning, so that it's closed": {config("Learning", all), upstream.Shut},
		"a tag that isn't looked up":    {config("Enforced", `[{"properties":{"direction":"Inbound","serviceTags":["x"]}}]`), upstream.Unknown},
		"rules that aren't told":        {config("Enforced", "null"), upstream.Unknown},
		"nothing of it":                 {`{"properties":{}}`, upstream.Unknown},
	} {
		s := atAzure(t, shutAccount, contosoAccount+" "+useModels)
		s.Seed(readJSON(t, contosoAccount+"/networkSecurityPerimeterConfigurations/x.a", c.config))
		b := managerOf(t, managerSpec(t, "Cognitive Services OpenAI User"), s.Cloud(), certificateOf(t, s), s.Credential(gatewayObject)).asked(t)
		if b.PublicAccess.State != c.want || b.LocalAuth.State != upstream.Shut {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// manages is a Resource Manager that answers as it is told; {self} is itself.
func manages(t *testing.T, answer http.HandlerFunc) *manager {
	t.Helper()
	s := httptest.NewUnstartedServer(answer)
	s.StartTLS()
	t.Cleanup(s.Close)
	at := cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
		cloud.ResourceManager: {Endpoint: s.URL, Audience: "https://management.example"}}}
	sim := simulator.New(simulator.Options{}) // for its tokens
	t.Cleanup(sim.Close)
	return managerOf(t, managerSpec(t, "Cognitive Services OpenAI User"), at, s.Certificate(), sim.Credential(gatewayObject))
}

// TestManagerAway holds that nothing is called shut that Resource Manager
// doesn't say, and that what it says instead of an answer isn't told.
func TestManagerAway(t *testing.T) {
	account := `{"id":"` + contosoAccount + `","properties":{` + shutAccount + `}}`
	roles := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == contosoAccount:
				fmt.Fprint(w, account)
			case strings.HasSuffix(r.URL.Path, "/networkSecurityPerimeterConfigurations"):
				fmt.Fprint(w, `{"value":[]}`)
			default:
				fmt.Fprint(w, strings.ReplaceAll(answer, "{self}", "https://"+r.Host+r.URL.Path))
			}
		}
	}
	refuses := func(status int, path string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, path) {
				w.WriteHeader(status)
				fmt.Fprint(w, `{"error":{"code":"AuthorizationFailed","message":"CANARY may not"}}`)
				return
			}
			roles(`{"value":[]}`)(w, r)
		}
	}
	for name, c := range map[string]struct {
		answer        http.HandlerFunc
		auth, network upstream.State
		says          string
	}{
		"roles are forbidden":      {refuses(403, "roleAssignments"), upstream.Shut, upstream.Shut, "(403 AuthorizationFailed)"},
		"all is forbidden":         {refuses(403, "/"), upstream.Unknown, upstream.Unknown, "the account can't be read at Azure Resource Manager (403 AuthorizationFailed)"},
		"perimeters are forbidden": {refuses(403, "Perimeter"), upstream.Shut, upstream.Unknown, "network security perimeter can't be read"},
		"there are no perimeters":  {refuses(404, "Perimeter"), upstream.Shut, upstream.Shut, ""},
		"broken":                   {refuses(500, "/"), upstream.Unknown, upstream.Unknown, "no answer in time"},
		"garbage":                  {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>CANARY") }, upstream.Unknown, upstream.Unknown, "reading the answer"},
		"another resource":         {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":"/x","properties":{}}`) }, upstream.Unknown, upstream.Unknown, "isn't that account"},
		"roles without a list":     {roles(`{}`), upstream.Shut, upstream.Shut, "isn't a list"},
		"roles without an end":     {roles(`{"value":[],"nextLink":"{self}?$skipToken=1"}`), upstream.Shut, upstream.Shut, "too long"},
		"roles at another host":    {roles(`{"value":[],"nextLink":"https://192.0.2.1/x"}`), upstream.Shut, upstream.Shut, "leads elsewhere"},
		"a role of nobody":         {roles(`{"value":[{"id":"` + contosoAccount + `/providers/Microsoft.Authorization/roleAssignments/x","properties":{}}]}`), upstream.Shut, upstream.Shut, "can't be read"},
		"something else":           {roles(`{"value":[{"id":"/x","properties":{"principalId":"p","roleDefinitionId":"r"}}]}`), upstream.Shut, upstream.Shut, "can't be read"},
		"leads away": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://192.0.2.1/", http.StatusTemporaryRedirect)
		}, upstream.Unknown, upstream.Unknown, "(307"},
		"hangs": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, upstream.Unknown, upstream.Unknown, "no answer in time"},
	} {
		m := manages(t, c.answer)
		if c.says == "no answer in time" {
			m.wait = 200 * time.Millisecond
		}
		b := m.asked(t)
		if b.LocalAuth.State != c.auth || b.PublicAccess.State != c.network || b.Identity.State != upstream.Unknown {
			t.Errorf("%s: %+v", name, b)
		}
		if all := b.LocalAuth.Why + "\n" + b.PublicAccess.Why + "\n" + b.Identity.Why; !strings.Contains(all, c.says) || strings.Contains(all, "CANARY") {
			t.Errorf("%s: %s isn't in\n%s", name, c.says, all)
		}
	}
}

// TestManagerIsAsked holds that what Azure says is in /readyz, the metrics and
// the log of a gateway whose account doesn't answer it, and that nobody is
// called who isn't named.
func TestManagerIsAsked(t *testing.T) {
	for name, c := range map[string]struct {
		roles   []string
		metrics map[string]int
		finding string
	}{
		"shut": {[]string{contosoAccount + " " + useModels}, map[string]int{"local_auth": 0, "public_access": 0, "identity": 0}, ""},
		"open": {[]string{contosoGroup + " " + contributorRole}, map[string]int{"local_auth": 0, "public_access": 0, "identity": 1}, contosoHost + ": the gateway's identity has Contributor at the resource group rg"},
	} {
		sim := atAzure(t, shutAccount, c.roles...)
		at, log := sim.Cloud(), &safeBuffer{}
		roots := x509.NewCertPool()
		roots.AddCert(certificateOf(t, sim))
		text := strings.NewReplacer(`kind: openai, url: "{backend}/v1"`, `url: "https://`+contosoHost+`", account: "`+contosoAccount+`"`, "{listen}", freeAddress(t), "{admin}", freeAddress(t),
			"{folder}", t.TempDir(), "{model}", "", "{grant}", "", "{gateway}", "").Replace(testYAML)
		s, err := New(Options{Text: []byte(text), Log: slog.New(slog.NewTextHandler(log, nil)), Upstreams: upstream.Options{
			Credential: sim.Credential(gatewayObject), Manager: &at, Roots: roots,
			Resolve: func(context.Context, string) ([]net.IP, error) { return []net.IP{net.IPv4(10, 1, 2, 3)}, nil },
			Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				switch {
				case address == contosoHost+":443":
					return nil, errors.New("refused")
				case "https://"+address != sim.URL():
					t.Errorf("%s: %s is called", name, address)
				}
				return (&net.Dialer{}).DialContext(ctx, network, address)
			},
		}})
		if err != nil {
			t.Fatal(err)
		}
		pools := s.current.Load().pools
		for range 500 {
			if pools.bypass.Load() != nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		var page strings.Builder
		pools.writeMetrics(&page)
		for check, value := range c.metrics {
			if line := fmt.Sprintf("palisade_bypass{account=%q,check=%q} %d\n", contosoHost, check, value); !strings.Contains(page.String(), line) {
				t.Errorf("%s: %s isn't in\n%s", name, line, page.String())
			}
		}
		findings := strings.Join(pools.findings(), "\n")
		if findings == "" != (c.finding == "") || !strings.HasPrefix(findings, c.finding) {
			t.Errorf("%s: %s", name, findings)
		}
		ready, _ := json.Marshal(s.readiness().Findings)
		s.Close()
		if c.finding != "" && (!strings.Contains(string(ready), c.finding) || !strings.Contains(log.String(), c.finding)) {
			t.Errorf("%s: /readyz %s, log %s", name, ready, log.String())
		}
	}
}

// TestManagerOfNobody holds that Resource Manager isn't asked where no account
// is named.
func TestManagerOfNobody(t *testing.T) {
	s := managerSpec(t, "Cognitive Services OpenAI User")
	s.Models[0].Upstreams[0].Account = ""
	pools, err := upstream.New(s, upstream.Options{Credential: aToken{}})
	if err != nil {
		t.Fatal(err)
	}
	defer pools.Close()
	m, err := newManager(s, pools)
	if m != nil || err != nil {
		t.Errorf("%+v %v", m, err)
	}
	m.ask(t.Context(), []upstream.Bypass{{Account: contosoAccount}})
	m.close()
}
