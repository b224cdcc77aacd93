package simulator

import (
	"net/http"
	"time"
)

func (s *Simulator) getSubscription(q *query) answer {
	return ok(object{"id": q.path, "subscriptionId": s.options.Subscription, "tenantId": s.options.Tenant, "displayName": "simulated", "state": "Enabled"})
}

func (s *Simulator) provider(namespace string) object {
	state := s.providers[lower(namespace)]
	if state == "" {
		state = "Registered"
	}
	return object{"id": "/subscriptions/" + s.options.Subscription + "/providers/" + namespace, "namespace": namespace, "registrationState": state, "resourceTypes": []any{}}
}

func (s *Simulator) getProvider(q *query) answer { return ok(s.provider(q.vars["namespace"])) }

func (s *Simulator) listProviders(*query) answer {
	return list([]any{s.provider("Microsoft.CognitiveServices"), s.provider("Microsoft.Network"), s.provider("Microsoft.KeyVault")})
}

// register takes a minute, as it does in Azure.
func (s *Simulator) register(q *query) answer {
	name := q.vars["namespace"]
	if state := s.providers[lower(name)]; state != "" && state != "Registered" {
		s.providers[lower(name)] = "Registering"
		s.after(time.Minute, func() { s.providers[lower(name)] = "Registered" })
	}
	return answer{status: http.StatusOK, body: s.provider(name)}
}
