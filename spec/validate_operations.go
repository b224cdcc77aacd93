package spec

const maxDeployers = 5 // excluded principals of a deployment stack

func (c *checker) logging() {
	l, at := &c.Logging, path{"logging"}
	if l.Keep == KeepFull {
		c.require(at.with("key"), l.Key != "", "full text is kept encrypted")
	}
	if c.Gateway.Kind == NoGateway && !c.d.bad["gateway\x00kind"] {
		if l.Keep == KeepFull || l.Keep == KeepRedacted {
			c.say(at.with("keep"), "gateway: {kind: palisade}", "keep: only a gateway sees text")
		}
		for _, key := range []string{"file", "blob", "otlp"} {
			c.reject(at.with(key), "needs a gateway")
		}
	}
	if l.Blob != nil {
		c.encrypted(at.with("blob").with("url"), l.Blob.URL)
	}
}

func (c *checker) operations() {
	if !c.Encryption.CustomerKey {
		c.reject(path{"encryption", "key"}, "only with customerKey: true")
	}
	c.resource(path{"alerts", "actionGroup"}, c.Alerts.ActionGroup, actionType)
	if c.Budget.PerMonth > 0 && len(c.Alerts.Emails) == 0 && c.Alerts.ActionGroup == "" {
		c.say(path{"budget", "perMonth"}, "say alerts.emails or alerts.actionGroup", "perMonth: nobody would be warned")
	}
	if len(c.Policy.Deployers) > maxDeployers {
		c.say(path{"policy", "deployers"}, "use a group", "deployers: more than the %d that a stack takes", maxDeployers)
	}
}
