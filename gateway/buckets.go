package gateway

import (
	"palisade/gateway/limit"
	"palisade/spec"
)

// budgets are the limits of a spec as buckets, made once.
type budgets struct {
	gateway []limit.Bucket
	models  map[string][]limit.Bucket
	grants  map[string][]limit.Bucket
	callers map[string][]limit.Bucket // of one caller of a grant; the key is a prefix
}

func newBudgets(s *spec.Spec) *budgets {
	b := &budgets{
		gateway: limit.Buckets("gateway", s.Gateway.Limits),
		models:  map[string][]limit.Bucket{}, grants: map[string][]limit.Bucket{}, callers: map[string][]limit.Bucket{},
	}
	for i := range s.Models {
		b.models[s.Models[i].Name] = limit.Buckets("model/"+s.Models[i].Name, s.Models[i].Limits)
	}
	for i := range s.Access {
		g := &s.Access[i]
		b.grants[g.Name] = limit.Buckets("grant/"+g.Name, g.Limits)
		b.callers[g.Name] = limit.Buckets("caller/"+g.Name+"/", g.CallerLimits)
	}
	return b
}

// of are the buckets that a call has to fit into.
func (b *budgets) of(model, grant, callerID string) []limit.Bucket {
	own := b.callers[grant]
	n := len(b.gateway) + len(b.models[model]) + len(b.grants[grant]) + len(own)
	if n == 0 {
		return nil
	}
	all := make([]limit.Bucket, 0, n)
	all = append(append(append(all, b.gateway...), b.models[model]...), b.grants[grant]...)
	for _, x := range own {
		x.Key += callerID
		all = append(all, x)
	}
	return all
}
