package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"
)

// Action is what a deployment would do to a resource.
type Action string

// The actions.
const (
	Create      Action = "create"
	Modify      Action = "modify"
	Delete      Action = "delete"
	NoChange    Action = "no change"
	Unsupported Action = "unknown" // Azure can't predict it
)

// Change is what would become of one resource.
type Change struct {
	ID     string
	Action Action
	Delta  []Delta // of Modify
	Why    string  // of Unsupported
}

// Delta is what would become of one property. Before is "" for a new one, After
// for one that goes.
type Delta struct {
	Path          string
	Before, After string // as JSON
}

// WhatIf asks Azure what the plan would change, the resources that the stack
// would delete included. Noise is left out, see noise.go.
func (c *Client) WhatIf(ctx context.Context, p *Plan) ([]Change, error) {
	client, err := armdeployments.NewDeploymentsClient(c.subscription, c.credential, c.options)
	if err != nil {
		return nil, err
	}
	poller, err := client.BeginWhatIfAtSubscriptionScope(ctx, p.Name, armdeployments.DeploymentWhatIf{
		Location: to.Ptr(p.Location),
		Properties: &armdeployments.DeploymentWhatIfProperties{
			Mode: to.Ptr(armdeployments.DeploymentModeIncremental), Template: p.Template, Parameters: parameters(p),
			WhatIfSettings: &armdeployments.DeploymentWhatIfSettings{ResultFormat: to.Ptr(armdeployments.WhatIfResultFormatFullResourcePayloads)},
		},
	}, nil)
	if err != nil {
		return nil, err
	}
	result, err := finish(ctx, c.clock, poller, 15*time.Minute)
	if err != nil {
		return nil, err
	}
	if result.Error != nil {
		return nil, fmt.Errorf("%s: %s", deref(result.Error.Code), deref(result.Error.Message))
	}
	changes := readChanges(result.Properties)
	leaving, err := c.leaving(ctx, p)
	return append(changes, leaving...), err
}

// parameters are the plan's in the form of a parameter file.
func parameters(p *Plan) map[string]*armdeployments.DeploymentParameter {
	out := map[string]*armdeployments.DeploymentParameter{}
	for name, v := range p.Parameters {
		out[name] = &armdeployments.DeploymentParameter{Value: v}
	}
	return out
}

// readChanges turns Azure's answer into changes, in the order of their IDs.
func readChanges(result *armdeployments.WhatIfOperationProperties) []Change {
	if result == nil {
		return nil
	}
	var out []Change
	for _, change := range result.Changes {
		if c, shown := readChange(change); shown {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return strings.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)) })
	return out
}

func readChange(change *armdeployments.WhatIfChange) (Change, bool) {
	c := Change{ID: deref(change.ResourceID)}
	switch deref(change.ChangeType) {
	case armdeployments.ChangeTypeCreate:
		c.Action = Create
	case armdeployments.ChangeTypeDelete:
		c.Action = Delete
	case armdeployments.ChangeTypeNoChange:
		c.Action = NoChange
	case armdeployments.ChangeTypeModify:
		c.Action, c.Delta = Modify, readDeltas("", change.Delta)
		if len(c.Delta) == 0 {
			c.Action = NoChange
		}
	case armdeployments.ChangeTypeIgnore: // something else in the resource group
		return c, false
	default:
		c.Action, c.Why = Unsupported, deref(change.UnsupportedReason)
	}
	return c, true
}

// readDeltas flattens the changes of properties, without noise.
func readDeltas(prefix string, deltas []*armdeployments.WhatIfPropertyChange) []Delta {
	var out []Delta
	for _, d := range deltas {
		path := strings.TrimPrefix(prefix+"."+deref(d.Path), ".")
		if len(d.Children) > 0 {
			out = append(out, readDeltas(path, d.Children)...)
			continue
		}
		if isNoise(path, d) {
			continue
		}
		delta := Delta{Path: path}
		if d.Before != nil {
			delta.Before = compact(d.Before)
		}
		if d.After != nil {
			delta.After = compact(d.After)
		}
		out = append(out, delta)
	}
	return out
}

func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// leaving are the resources that the stack has and the plan hasn't: the stack
// deletes them, which what-if doesn't know.
func (c *Client) leaving(ctx context.Context, p *Plan) ([]Change, error) {
	s, err := c.getStack(ctx, p.Name)
	if err != nil || s == nil {
		return nil, err
	}
	var out []Change
	for _, id := range leavers(p, s) {
		out = append(out, Change{ID: id, Action: Delete})
	}
	return out, nil
}

// leavers are the IDs of what the stack has and the plan hasn't.
func leavers(p *Plan, s *armdeploymentstacks.DeploymentStack) []string {
	if s.Properties == nil {
		return nil
	}
	var out []string
	for _, r := range s.Properties.Resources {
		id := deref(r.ID)
		if _, stays := p.find(id); !stays && !strings.Contains(strings.ToLower(id), "/microsoft.resources/deployments/") {
			out = append(out, id)
		}
	}
	return out
}
