package estate

import "testing"

func TestStorageAccount(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Storage/storageAccounts", "name": "st", "properties": {
	  "allowSharedKeyAccess": false, "minimumTlsVersion": "TLS1_2", "publicNetworkAccess": "SecuredByPerimeter",
	  "networkAcls": {"defaultAction": "Deny", "bypass": "Logging, AzureServices", "resourceAccessRules": [{"tenantId": "t", "resourceId": "/x/*"}]},
	  "encryption": {"keySource": "Microsoft.Keyvault", "keyvaultproperties": {"keyname": "k"}}}},
	 {"type": "Microsoft.Storage/storageAccounts", "name": "plain", "properties": {}},
	 {"type": "Microsoft.Storage/storageAccounts/blobServices/containers", "name": "st/default/c", "properties": {"publicAccess": "Blob"}},
	 {"type": "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies", "name": "st/default/c/default", "properties": {"immutabilityPeriodSinceCreationInDays": 365}}]`)
	s := e.StorageAccounts.All[0]
	if s.SharedKey.Value || s.MinimumTLS.Value != "TLS1_2" || s.PublicNetworkAccess.Value != "SecuredByPerimeter" ||
		s.Network.ResourceRules.Items[0].Resource.Key != "/x/*" || s.Network.Bypass.Value != "Logging, AzureServices" || s.Encryption.KeyName.Value != "k" {
		t.Errorf("got %+v", s)
	}
	if p := e.StorageAccounts.All[1]; !p.SharedKey.Value || p.MinimumTLS.Value != "TLS1_0" || p.BlobPublicAccess.Value || !p.HTTPSOnly.Value || p.Encryption.KeySource.Value != "Microsoft.Storage" {
		t.Errorf("defaults: %+v", p)
	}
	c := only(t, e.Containers)
	if c.Account() != s.Key || c.PublicAccess.Value != "Blob" {
		t.Errorf("container: %+v", c)
	}
	if p := only(t, e.ImmutabilityPolicies); p.Parent != c.Key || p.Days.Value != 365 {
		t.Errorf("policy: %+v", p)
	}
}
