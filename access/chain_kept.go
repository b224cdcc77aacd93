package access

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// keptKey is a place where the estate has put a key of an account.
type keptKey struct {
	yields effect // what reads it
	on     string // key of the resource that the right to read is needed on
	typ    string // the type that the table of rights names, or "" for its own
	maybe  bool   // it isn't sure that it is there
	secret *estate.VaultSecret
	pos    arm.Pos
}

// kept returns where the keys of each account are put.
func (s *survey) kept() map[string][]keptKey {
	if s.keptKeys == nil {
		s.keptKeys = map[string][]keptKey{}
		s.findKept()
	}
	return s.keptKeys
}

// keep notes a place for each account whose key is among the secrets.
func (s *survey) keep(k keptKey, secrets []estate.Secret) {
	for _, secret := range secrets {
		if strings.EqualFold(secret.Function, "listKeys") {
			s.keptKeys[secret.Owner] = append(s.keptKeys[secret.Owner], k)
		}
	}
}

func (s *survey) findKept() {
	e := s.w.estate
	for _, v := range e.VaultSecrets.All {
		s.keep(keptKey{yieldsSecret, v.Parent, typeVault, v.Maybe != nil, v, v.Pos}, v.Secrets)
	}
	for _, table := range e.Settings.All {
		for _, v := range table.All.Each() {
			s.keep(keptKey{yieldsSettings, v.App, "", v.Maybe != nil, nil, v.Pos}, v.Secrets)
		}
	}
	for _, v := range e.NamedValues.All {
		s.keep(keptKey{yieldsNamedValue, v.Key, typeGateway, v.Maybe != nil, nil, v.Pos}, v.Secrets)
	}
	for _, v := range e.Backends.All {
		s.keep(keptKey{yieldsBackend, v.Key, typeGateway, v.Maybe != nil, nil, v.Pos}, v.Secrets)
	}
	for _, v := range e.Connections.All {
		s.keep(keptKey{yieldsConnection, v.Key, "", v.Maybe != nil, nil, v.Pos}, estate.SecretsIn(v.Credentials))
	}
	for _, o := range e.Outputs {
		if !o.Secure {
			s.keep(keptKey{yieldsOutput, estate.Key(o.Deployment), anyType, false, nil, o.Pos}, o.Secrets)
		}
	}
}

// place returns the indexed place of a resource, or makes and keeps one.
func (s *survey) place(key string) *place {
	if p := s.w.places[key]; p != nil {
		return p
	}
	p := s.places[key]
	if p == nil {
		p = s.w.newPlace(key)
		s.places[key] = p
	}
	return p
}
