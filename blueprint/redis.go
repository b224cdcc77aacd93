package blueprint

const redisPort = 10000

func (b *builder) redisID() string { return b.id(redisType, b.redisName()) }

// redis makes the Redis that the gateway's limits are counted in. It holds
// numbers, no text, so it has no key of the customer's.
func (b *builder) redis() {
	if b.redisName() == "" {
		return
	}
	at := b.at("gateway", "limitStore", "redis")
	b.part("redis", "Shared limits", "Limits are counted in one place that takes Entra tokens over a private endpoint, and no keys.")
	id := b.put(at, b.redisID(), b.home(), nil,
		at.is("sku", at.obj(at.is("name", "Balanced_B1"))),
		at.is("identity", at.obj(at.is("type", "None"))),
		at.props(
			at.is("publicNetworkAccess", "Disabled"),
			at.is("minimumTlsVersion", "1.2"),
			at.is("highAvailability", "Enabled")))
	database := b.put(at, id+"/databases/default", "", []string{id}, at.props(
		at.is("accessKeysAuthentication", "Disabled"),
		at.is("clientProtocol", "Encrypted"),
		at.is("clusteringPolicy", "EnterpriseCluster"),
		at.is("evictionPolicy", "NoEviction"), // a count that is thrown away is a limit that isn't kept
		at.is("deferUpgrade", "NotDeferred"),
		at.is("port", redisPort)))
	b.log(at, database, "")
	b.put(at, database+"/accessPolicyAssignments/gateway", "", []string{database, b.gatewayIdentity()}, at.props(
		at.is("accessPolicyName", "default"),
		at.is("user", at.obj(at.is("objectId", at.principal(b.gatewayIdentity()))))))
	b.endpoint(at, redis, b.home(), id, database)
}
