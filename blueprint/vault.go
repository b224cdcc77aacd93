package blueprint

import (
	"net/url"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/spec"
)

const (
	dataKey = "data"
	keySize = 2048 // bits: all that accounts take

	purgeDays = 90
)

// vaultID is the vault of a region. Only keys that encrypt have to be in the
// region of what they encrypt, so without them there is one vault.
func (b *builder) vaultID(region string) string {
	if region == b.home() {
		return b.id(vaultType, b.name(24, "kv"))
	}
	return b.id(vaultType, b.name(24, "kv", hash(region, 4)))
}

func (b *builder) vaultRegions() []string {
	if b.makesKeys() {
		return b.spec.Regions
	}
	return []string{b.home()}
}

// makesKeys reports whether data is encrypted with keys that are made here.
func (b *builder) makesKeys() bool {
	return b.spec.Encryption.CustomerKey && b.spec.Encryption.Key == ""
}

// vaults makes the vaults with their keys and their endpoints.
func (b *builder) vaults() {
	b.part("vault", "Key Vault", "Secrets and keys are in a vault that gives them by roles alone and that nobody can purge.")
	for _, region := range b.vaultRegions() {
		b.vault(region)
	}
}

func (b *builder) vault(region string) {
	at := b.at("name")
	bypass := "None"
	if b.spec.Encryption.CustomerKey {
		bypass = "AzureServices" // the accounts and the storage fetch their key so
	}
	id := b.put(at, b.vaultID(region), region, nil, at.props(
		at.is("tenantId", b.tenant(at)),
		at.is("sku", at.obj(at.is("family", "A"), at.is("name", "premium"))),
		at.is("enableRbacAuthorization", true),
		at.is("enableSoftDelete", true),
		at.is("softDeleteRetentionInDays", purgeDays),
		at.is("enablePurgeProtection", true),
		at.is("enabledForDeployment", false),
		at.is("enabledForDiskEncryption", false),
		at.is("enabledForTemplateDeployment", false),
		at.is("publicNetworkAccess", "Disabled"),
		at.is("networkAcls", at.obj(at.is("bypass", bypass), at.is("defaultAction", "Deny"),
			at.is("ipRules", []arm.Value{}), at.is("virtualNetworkRules", []arm.Value{})))))
	b.log(at, id, region)
	b.endpoint(at, vaults, region, id)
	if b.makesKeys() {
		b.key(region, id)
	}
	if region == b.home() {
		b.vaultSecrets(id)
	}
}

// key makes the key of a region, which Azure renews by itself.
func (b *builder) key(region, vault string) {
	at := b.at("encryption")
	key := b.put(at, vault+"/keys/"+dataKey, "", []string{vault}, at.props(
		at.is("kty", "RSA-HSM"), at.is("keySize", keySize),
		at.is("keyOps", []string{"wrapKey", "unwrapKey"}),
		at.is("attributes", at.obj(at.is("enabled", true), at.is("exportable", false))),
		at.is("rotationPolicy", at.obj(at.is("attributes", at.obj(at.is("expiryTime", "P2Y"))),
			at.is("lifetimeActions", at.list(at.obj(
				at.is("action", at.obj(at.is("type", "rotate"))),
				at.is("trigger", at.obj(at.is("timeAfterCreate", "P18M"))))))))))
	b.assign(at, at.identity(b.dataIdentity()), keyEncryption, key, "Accounts and storage wrap their keys with this one.")
}

// vaultSecrets lets the gateway read the secrets that the file names, each by
// itself.
func (b *builder) vaultSecrets(vault string) {
	if b.spec.Gateway.Kind == spec.NoGateway {
		return
	}
	b.textKey(vault)
	for _, ref := range b.secretRefs() {
		u, err := url.Parse(ref.url)
		if err != nil || !strings.EqualFold(strings.SplitN(u.Host, ".", 2)[0], lastOf(vault)) {
			continue
		}
		if parts := strings.Split(strings.Trim(u.Path, "/"), "/"); len(parts) > 1 {
			// A certificate is read as the secret of the same name, which isn't
			// made here: the role is for when it is there.
			b.assignAhead(ref.at, ref.at.identity(b.gatewayIdentity()), secretUser, vault+"/secrets/"+parts[1],
				"The gateway reads this secret and no other.", vault)
		}
	}
}

// textKey lets the gateway read the public half of the key that text is
// encrypted to. It can't decrypt what it wrote.
func (b *builder) textKey(vault string) {
	u, err := url.Parse(string(b.spec.Logging.Key))
	if b.spec.Logging.Key == "" || err != nil || !strings.EqualFold(strings.SplitN(u.Host, ".", 2)[0], lastOf(vault)) {
		return
	}
	at := b.at("logging", "key")
	name := strings.Split(strings.Trim(u.Path, "/"), "/")[1] // it has been parsed
	b.assignAhead(at, at.identity(b.gatewayIdentity()), keyReader, vault+"/keys/"+name, "The gateway encrypts text to this key, and can't read it again.", vault)
	readers := b.at("logging", "readers")
	for _, r := range b.spec.Logging.Readers {
		b.assignAhead(readers, readers.object("Group", string(r)), keyEncryption, vault+"/keys/"+name, "Readers of the records unwrap the keys of text with this one.", vault)
	}
}

type secretRef struct {
	url string
	at  place
}

// secretRefs are the secrets and certificates that the gateway reads, each once.
func (b *builder) secretRefs() []secretRef {
	var all []secretRef
	add := func(at place, url string) {
		if url != "" && !slices.ContainsFunc(all, func(r secretRef) bool { return r.url == url }) {
			all = append(all, secretRef{url, at})
		}
	}
	for i := range b.spec.Gateway.Listeners {
		if l := &b.spec.Gateway.Listeners[i]; l.TLS != nil {
			add(b.from(l.Pos), string(l.TLS.Vault))
		}
	}
	if r := b.spec.Gateway.LimitStore.Redis; r != nil {
		add(b.at("gateway", "limitStore", "redis"), string(r.Password))
	}
	for i := range b.spec.Models {
		for j := range b.spec.Models[i].Upstreams {
			u := &b.spec.Models[i].Upstreams[j]
			add(b.from(u.Pos), string(u.Key))
		}
	}
	return all
}

// keyNeeds is what has to be there before something in a region is encrypted.
func (b *builder) keyNeeds(region string) []string {
	needs := []string{b.dataIdentity()}
	if b.makesKeys() {
		key := b.vaultID(region) + "/keys/" + dataKey
		needs = append(needs, key, on(key, assignmentType, guid(key, b.dataIdentity(), keyEncryption)))
	}
	return needs
}

// keyPlace is the vault and the name of the key for a region.
func (b *builder) keyPlace(region string) (vault, name string) {
	if ref := string(b.spec.Encryption.Key); ref != "" {
		host, path, _ := strings.Cut(strings.TrimPrefix(ref, "https://"), "/")
		return "https://" + host + "/", strings.Split(path, "/")[1]
	}
	suffix := cloudText(b.spec.Cloud, "vault.azure.net", "vault.usgovcloudapi.net", "vault.azure.cn")
	return "https://" + lastOf(b.vaultID(region)) + "." + suffix + "/", dataKey
}

// encryption is with whose key an account encrypts. The version of the key
// isn't written, so that it follows the newest.
func (b *builder) encryption(region string) arm.Value {
	at := b.at("encryption")
	if !b.spec.Encryption.CustomerKey {
		return at.obj(at.is("keySource", "Microsoft.CognitiveServices"))
	}
	vault, name := b.keyPlace(region)
	return at.obj(at.is("keySource", "Microsoft.KeyVault"), at.is("keyVaultProperties", at.obj(
		at.is("keyName", name), at.is("keyVaultUri", vault),
		at.is("identityClientId", arm.Unk(at.state(b.dataIdentity()).Member("clientId"))))))
}
