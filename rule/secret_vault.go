package rule

import (
	"palisade/arm"
	"palisade/estate"
	"strings"
)

var secretVault = &Rule{
	ID:    "PAL016",
	Name:  "secret-in-vault",
	Title: "No vault keeps a key of an AI account",
	Why: "A vault is the right place for a key, but a key that is kept is a key that works: whoever may read the vault has " +
		"the model, and nothing tells the callers apart.",
	Fix:      "Let callers use their managed identity, remove the secret, and set disableLocalAuth to true on the account.",
	Bicep:    "disableLocalAuth: true",
	Severity: Low,
	Source:   "https://learn.microsoft.com/azure/ai-services/authentication",
	Peers:    []string{"MCSB IM-8", "MCSB IM-1"},
	Check:    checkVaultSecrets,
}

func checkVaultSecrets(s *Subject) []Result {
	var results []Result
	for _, x := range s.Estate.VaultSecrets.All {
		if x.Referred {
			results = append(results, unknown(x.Resource, "the secret is declared elsewhere, and what it holds isn't known", nil))
			continue
		}
		var keys []estate.Secret
		for _, k := range x.Secrets {
			if strings.EqualFold(estate.TypeOf(k.Owner), "Microsoft.CognitiveServices/accounts") || estate.TypeOf(k.Owner) == "" {
				keys = append(keys, k)
			}
		}
		results = append(results, judgeVaultSecret(s, x, keys))
	}
	return results
}

func judgeVaultSecret(s *Subject, x *estate.VaultSecret, keys []estate.Secret) Result {
	const property = "properties.value"
	if len(keys) == 0 {
		if u, ok := x.Value.Unknown(); ok && len(x.Secrets) == 0 {
			return unknown(x.Resource, "it isn't known what the secret holds: its value is "+u.Text(), []*arm.Unknown{u})
		}
		return pass(x.Resource, "the secret holds no key of an AI account")
	}
	found := secretsIn(s, arm.Value{}, keys)
	steps := secretSteps(found, x.ID, property)
	if x.Maybe != nil {
		return unknown(x.Resource, "if it is made, the secret keeps "+secretNames(found), []*arm.Unknown{x.Maybe}, steps...)
	}
	a := s.Estate.Accounts.Get(keys[0].Owner)
	if a != nil && estate.True(a.DisableLocalAuth) == estate.Yes {
		return fail(x.Resource, "the secret keeps "+secretNames(found)+", which refuses them", steps...).level(Info)
	}
	return fail(x.Resource, "the secret keeps "+secretNames(found), steps...)
}
