package azure

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
)

// readOnly are members that only the service writes. What-if shows them as
// taken away, because no template says them.
var readOnly = []string{
	"provisioningState", "endpoint", "endpoints", "privateEndpointConnections", "dateCreated", "internalId", "isMigrated",
	"callRateLimit", "capabilities", "rateLimits", "skuChangeInfo", "abusePenalty", "currentCapacity", "model.callRateLimit",
	"identity.principalId", "identity.tenantId",
	"principalId", "clientId", "tenantId", "resourceGuid", "uniqueIdentifier", "networkInterfaces", "customDnsConfigs",
	"primaryEndpoints", "primaryLocation", "statusOfPrimary", "creationTime", "keyCreationTime", "vaultUri", "hsmPoolResourceId",
	"customerId", "createdDate", "modifiedDate", "createdOn", "updatedOn", "createdBy", "updatedBy", "etag", "systemData",
	"numberOfRecordSets", "maxNumberOfRecordSets", "virtualNetworkLinkState", "sku.tier", "address", "AppId", "ApplicationId",
	"InstrumentationKey", "ConnectionString", "CreationDate", "type",
	"staticIp", "defaultDomain", "eventStreamEndpoint", "customDomainConfiguration.customDomainVerificationId",
	"latestRevisionName", "latestReadyRevisionName", "latestRevisionFqdn", "outboundIpAddresses", "runningStatus", "status", "statusDetails", "sharedPrivateLinkResources", "hostName", "redisVersion", "resourceState",
}

// isNoise reports whether a change that what-if tells isn't one (Microsoft
// Learn, "Template deployment what-if operation", on noise):
//
//   - an effect that Azure itself calls none;
//   - a member that only the service writes, shown as taken away;
//   - text that differs in case alone;
//   - a value that is computed during the deployment and so can't be compared;
//   - an empty list or object that the service leaves out.
func isNoise(path string, d *armdeployments.WhatIfPropertyChange) bool {
	switch deref(d.PropertyChangeType) {
	case armdeployments.PropertyChangeTypeNoEffect:
		return true
	case armdeployments.PropertyChangeTypeDelete:
		member := strings.TrimPrefix(path, "properties.")
		return onlyRead(member) || empty(d.Before)
	case armdeployments.PropertyChangeTypeCreate:
		return empty(d.After) || atRuntime(d.After)
	case armdeployments.PropertyChangeTypeModify:
		a, _ := d.Before.(string)
		b, isText := d.After.(string)
		return atRuntime(d.After) || isText && strings.EqualFold(a, b)
	}
	return compact(d.Before) == compact(d.After)
}

func onlyRead(member string) bool {
	if assigned, ok := strings.CutPrefix(member, "identity.userAssignedIdentities."); ok {
		return strings.HasSuffix(assigned, ".principalId") || strings.HasSuffix(assigned, ".clientId")
	}
	return slices.ContainsFunc(readOnly, func(name string) bool {
		return strings.EqualFold(member, name) || strings.HasPrefix(strings.ToLower(member), strings.ToLower(name)+".")
	})
}

// atRuntime reports whether v is an expression that Azure couldn't evaluate.
func atRuntime(v any) bool {
	s, isText := v.(string)
	return isText && strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && strings.Contains(s, "(") && !json.Valid([]byte(s))
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
