package caller

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"palisade/spec"
)

// issuer is one iss claim that is accepted, and what its tokens have to be.
type issuer struct {
	iss       string
	audiences []string
	keys      *keySet

	name            string // of an issuer in the spec; "" for Entra
	tenant, version string // of Entra

	// keyIssuers are what a key may say that it is for, if it says so.
	keyIssuers []string
}

// issuers is the list of accepted issuers, by iss claim, and each key set once.
type issuers struct {
	byClaim map[string]*issuer
	sets    []*keySet
}

func (s *issuers) add(i *issuer) error {
	if s.byClaim[i.iss] != nil {
		return fmt.Errorf("two issuers have the URL %s", i.iss)
	}
	s.byClaim[i.iss] = i
	if !slices.Contains(s.sets, i.keys) {
		s.sets = append(s.sets, i.keys)
	}
	return nil
}

// newIssuers makes the list from the spec: both versions of each tenant, then
// the other issuers. Key sets that an earlier list has are taken from it, with
// the keys that they know.
func newIssuers(s *spec.Spec, client *http.Client, now func() time.Time, earlier *issuers) (*issuers, error) {
	list := &issuers{byClaim: map[string]*issuer{}}
	set := func(at endpoint) *keySet {
		if earlier != nil {
			if i := slices.IndexFunc(earlier.sets, func(k *keySet) bool { return k.at == at }); i >= 0 {
				return earlier.sets[i]
			}
		}
		return &keySet{at: at, client: client, now: now}
	}
	cloud, audiences := CloudOf(s.Cloud), bothForms(s.Gateway.Tokens.Audiences)
	for _, tenant := range tenantsOf(s) {
		if err := list.addTenant(cloud, tenant, audiences, set); err != nil {
			return nil, err
		}
	}
	for i := range s.Issuers {
		if err := list.addOther(&s.Issuers[i], set); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func tenantsOf(s *spec.Spec) []string {
	var tenants []string
	for _, t := range append([]spec.GUID{s.Tenant}, s.Gateway.Tokens.Tenants...) {
		if tenant := strings.ToLower(string(t)); tenant != "" && !slices.Contains(tenants, tenant) {
			tenants = append(tenants, tenant)
		}
	}
	return tenants
}

func (s *issuers) addTenant(c Cloud, tenant string, audiences []string, set func(endpoint) *keySet) error {
	v1, v2 := c.V1(tenant), c.V2(tenant)
	keys := set(endpoint{issuer: v2, metadata: c.Metadata(tenant)})
	for _, i := range []*issuer{{iss: v1, version: "1.0"}, {iss: v2, version: "2.0"}} {
		i.audiences, i.keys, i.tenant, i.keyIssuers = audiences, keys, tenant, []string{v1, v2}
		if err := s.add(i); err != nil {
			return err
		}
	}
	return nil
}

func (s *issuers) addOther(i *spec.Issuer, set func(endpoint) *keySet) error {
	if len(i.Audiences) == 0 {
		return fmt.Errorf("issuer %s: no audience: any token of the issuer would do", i.Name)
	}
	url := string(i.URL)
	at := endpoint{issuer: url, metadata: strings.TrimSuffix(url, "/") + "/.well-known/openid-configuration", jwks: string(i.JWKS)}
	return s.add(&issuer{iss: url, audiences: i.Audiences, keys: set(at), name: i.Name, keyIssuers: []string{url}})
}

// bothForms adds to each URI the form with or without a final slash: tokens of
// version 1.0 have the one that the client asked for.
func bothForms(audiences []string) []string {
	var all []string
	for _, a := range audiences {
		all = append(all, a)
		if strings.Contains(a, "://") {
			bare := strings.TrimSuffix(a, "/")
			all = append(all, bare, bare+"/")
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// accepts reports whether a key is one for this issuer. Entra lists keys of
// other issuers too, such as that of personal accounts.
func (i *issuer) accepts(k *signingKey) bool {
	if k.issuer == "" {
		return true
	}
	return slices.Contains(i.keyIssuers, strings.Replace(k.issuer, "{tenantid}", i.tenant, 1))
}
