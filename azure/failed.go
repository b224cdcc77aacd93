package azure

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"
)

// Refused is what Azure, or this program, said no to before anything was done.
type Refused struct{ Why string }

func (e *Refused) Error() string { return e.Why }

// Problem is one cause of a failed deployment.
type Problem struct {
	Code, Message string
	ID            string // of the resource, as far as it is known
}

// Failed is a deployment that has ended in Azure without success. What was
// deployed stays, closed as it was written; another run goes on from there.
type Failed struct {
	Problems []Problem
	Attempts int
}

func (e *Failed) Error() string {
	var b strings.Builder
	b.WriteString("the deployment failed")
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " %d times", e.Attempts)
	}
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s", p.Code)
		if p.ID != "" {
			b.WriteString(" on " + Short(p.ID))
		}
		if p.Message != "" {
			b.WriteString(": " + firstLine(p.Message))
		}
		if do := advice[p.Code]; do != "" {
			b.WriteString("\n    " + do)
		}
	}
	b.WriteString("\nWhat was deployed so far stays, and is as closed as the whole. palisade deploy again goes on from there; palisade destroy takes it down.")
	return b.String()
}

// advice is what to do about an error, by its code.
var advice = map[string]string{
	"InsufficientQuota":                 "Lower capacity: in palisade.yaml, or ask for more quota: " + quotaPage,
	"DeploymentModelNotSupported":       "Choose another version, SKU or region in palisade.yaml.",
	"FlagMustBeSetForRestore":           "A deleted account holds the name: purge it with az cognitiveservices account purge, or choose another name.",
	"CustomDomainInUse":                 "Somebody else has the name: choose another name: or environment: in palisade.yaml.",
	"MissingSubscriptionRegistration":   "Register the resource provider with az provider register.",
	"AuthorizationFailed":               "Somebody with more rights has to deploy: Owner, or see palisade deploy --help.",
	"RoleAssignmentExists":              "Somebody made the same role assignment by hand: delete it, so that the stack can own it.",
	"DenyAssignmentAuthorizationFailed": "Another deployment stack keeps the resource: add its deployers, or take it out of that stack.",
	"ScopeLocked":                       "A lock that isn't part of the deployment is in the way.",
	"RequestDisallowedByPolicy":         "A policy of the organisation forbids it; its name is in the message.",
	"PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled": "Set privateEndpointNetworkPolicies of the subnet to Disabled.",
}

// races are failures that pass when the deployment is tried again: services
// that don't know yet what others have done, and outages.
var races = []string{
	"AccountProvisioningStateInvalid", "RequestConflict", "AnotherOperationInProgress", "Conflict", "AccountIsNotSucceeded",
	"TooManyRequests", "SubscriptionRequestsThrottled", "OperationNotAllowedDueToThrottling",
	"InternalServerError", "ServerTimeout", "ServiceUnavailable", "GatewayTimeout", "BadGateway", "RetryableError",
	"PrincipalNotFound", "ResourceNotFound", "ParentResourceNotFound", "ReferencedResourceNotProvisioned", "InUseSubnetCannotBeUpdated",
	"DeploymentStackDeploymentTimeout",
}

// temporary reports whether all causes are known races.
func (e *Failed) temporary() bool {
	for _, p := range e.Problems {
		if !slices.Contains(races, p.Code) {
			return false
		}
	}
	return len(e.Problems) > 0
}

// absent are races that only last until others know of what is there; longer,
// and it isn't there.
var absent = []string{"PrincipalNotFound", "ResourceNotFound", "ParentResourceNotFound"}

// patience is how many attempts without progress a failure is worth.
func (e *Failed) patience() int {
	for _, p := range e.Problems {
		if slices.Contains(absent, p.Code) {
			return 3
		}
	}
	return maxAttempts
}

// reason names the causes in a few words.
func (e *Failed) reason() string {
	var out []string
	for _, p := range e.Problems {
		s := p.Code
		if p.ID != "" {
			s += " on " + Short(p.ID)
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// outcome is nil for a stack that has succeeded.
func outcome(s *armdeploymentstacks.DeploymentStack) error {
	if strings.EqualFold(state(s), "succeeded") {
		return nil
	}
	f := &Failed{}
	for _, r := range s.Properties.FailedResources {
		for _, leaf := range leaves(r.Error) {
			f.Problems = append(f.Problems, Problem{deref(leaf.Code), deref(leaf.Message), deref(r.ID)})
		}
	}
	if len(f.Problems) == 0 {
		for _, leaf := range leaves(s.Properties.Error) {
			f.Problems = append(f.Problems, Problem{deref(leaf.Code), deref(leaf.Message), deref(leaf.Target)})
		}
	}
	if len(f.Problems) == 0 {
		f.Problems = []Problem{{Code: state(s), Message: "Azure gives no reason; see the deployments of the subscription in the portal"}}
	}
	return f
}

// maxLeaves limits how many causes of one failure are told.
const maxLeaves = 50

// leaves are the innermost errors, which say what really went wrong.
func leaves(e *armdeploymentstacks.ErrorDetail) []*armdeploymentstacks.ErrorDetail {
	var out []*armdeploymentstacks.ErrorDetail
	open := []*armdeploymentstacks.ErrorDetail{e}
	for len(open) > 0 && len(out) < maxLeaves {
		e, open = open[0], open[1:]
		switch {
		case e == nil:
		case len(e.Details) == 0:
			out = append(out, e)
		default:
			open = append(open, e.Details...)
		}
	}
	return out
}

// refusal turns an answer that says no into a *Refused; the rest isn't known to
// have been looked at.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	var r *azcore.ResponseError
	if !errors.As(err, &r) || r.StatusCode >= http.StatusInternalServerError || r.StatusCode == http.StatusTooManyRequests {
		return err
	}
	why := "Azure refuses the deployment: " + Explain(err)
	if do := advice[r.ErrorCode]; do != "" {
		why += "\n" + do
	}
	return &Refused{why}
}
