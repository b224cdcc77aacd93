package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"
)

// watch follows a stack and tells what becomes of each of its resources, once.
type watch struct {
	client *Client
	tell   func(Event)
	seen   map[string]string // ID in lower case to what was told last
	done   int               // resources
	last   time.Time         // when something was told
}

// stack waits until the stack has ended.
func (w *watch) stack(ctx context.Context, name string) (*armdeploymentstacks.DeploymentStack, error) {
	began := w.client.clock.Now()
	absent := 0
	for {
		s, err := w.client.getStack(ctx, name)
		if err != nil {
			return nil, err
		}
		if s == nil {
			if absent++; absent > 5 { // what was just made may not be found yet
				return nil, errors.New("the stack isn't there any more")
			}
		} else {
			w.operations(ctx, deploymentID(s))
			w.alive(s)
			if terminal(s) {
				return s, nil
			}
		}
		took := w.client.clock.Now().Sub(began)
		if took > longest {
			return nil, fmt.Errorf("the stack hasn't ended after %s", longest)
		}
		every := pollEvery
		if took > 5*time.Minute {
			every *= 3
		}
		if err := w.client.clock.Sleep(ctx, every); err != nil {
			return nil, err
		}
	}
}

// quiet is how long nothing is told before it is said what is waited for.
const quiet = time.Minute

// alive tells what is at work, where nothing was told for some time.
func (w *watch) alive(s *armdeploymentstacks.DeploymentStack) {
	if w.client.clock.Now().Sub(w.last) < quiet || terminal(s) {
		return
	}
	var open []string
	for id, state := range w.seen {
		if state == "Running" && !strings.Contains(id, "/microsoft.resources/deployments/") {
			open = append(open, Short(id))
		}
	}
	slices.Sort(open)
	if n := len(open); n > 3 {
		open = append(open[:3], fmt.Sprintf("%d more", n-3))
	}
	w.say(Event{State: "waiting", Text: strings.TrimSpace(state(s) + " " + strings.Join(open, ", "))})
}

// say tells an event.
func (w *watch) say(e Event) {
	w.last = w.client.clock.Now()
	w.tell(e)
}

func deploymentID(s *armdeploymentstacks.DeploymentStack) string {
	if s.Properties == nil {
		return ""
	}
	return deref(s.Properties.DeploymentID)
}

// maxDeployments limits how many nested deployments are followed.
const maxDeployments = 200

// operations tells the operations of a template deployment and of those nested
// in it. Progress that can't be read is no failure.
func (w *watch) operations(ctx context.Context, id string) {
	client, err := armdeployments.NewDeploymentOperationsClient(w.client.subscription, w.client.credential, w.client.options)
	if err != nil || id == "" {
		return
	}
	open := []string{id}
	for n := 0; n < len(open) && n < maxDeployments; n++ {
		scope, name := deploymentScope(open[n])
		if scope == "" {
			continue
		}
		for pager := client.NewListAtScopePager(strings.TrimPrefix(scope, "/"), name, nil); pager.More(); {
			page, err := pager.NextPage(ctx)
			if err != nil {
				return
			}
			for _, o := range page.Value {
				if nested := w.operation(o); nested != "" {
					open = append(open, nested)
				}
			}
		}
	}
}

// deploymentScope takes the ID of a template deployment apart.
func deploymentScope(id string) (scope, name string) {
	const middle = "/providers/Microsoft.Resources/deployments/"
	i := strings.LastIndex(strings.ToLower(id), strings.ToLower(middle))
	if i < 0 {
		return "", ""
	}
	return id[:i], id[i+len(middle):]
}

// operation tells what is new about a resource; nested is the ID of a
// deployment to look into.
func (w *watch) operation(o *armdeployments.DeploymentOperation) (nested string) {
	p := o.Properties
	if p == nil || p.TargetResource == nil {
		return ""
	}
	id, now := deref(p.TargetResource.ID), deref(p.ProvisioningState)
	key := strings.ToLower(id)
	before := w.seen[key]
	if strings.EqualFold(deref(p.TargetResource.ResourceType), "Microsoft.Resources/deployments") {
		w.seen[key] = now
		if before == "Succeeded" { // told to its end
			return ""
		}
		return id
	}
	if before == now || before == "Succeeded" {
		return ""
	}
	w.seen[key] = now
	switch now {
	case "Succeeded":
		w.done++
		w.say(Event{ID: id, State: "done"})
	case "Failed":
		w.say(Event{ID: id, State: "failed", Text: operationError(p)})
	default:
		w.say(Event{ID: id, State: "running"})
	}
	return ""
}

func operationError(p *armdeployments.DeploymentOperationProperties) string {
	if p.StatusMessage == nil || p.StatusMessage.Error == nil {
		return deref(p.StatusCode)
	}
	return deref(p.StatusMessage.Error.Code) + ": " + firstLine(deref(p.StatusMessage.Error.Message))
}
