package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"
)

// madeBy is the tag by which a stack is known to be of this program.
const madeBy = "palisade"

// Limits of a deployment.
const (
	maxAttempts = 8             // of the whole stack in which nothing more was done
	mostInAll   = 40            // attempts, with progress or without
	longest     = 3 * time.Hour // of one attempt: API Management takes up to one
	pollEvery   = 10 * time.Second
)

// Event is progress of a deployment.
type Event struct {
	ID    string // of a resource, or "" for the stack
	State string // running, done, failed, waiting, again
	Text  string
}

// Interrupted says that a deployment was left while it may go on in Azure.
type Interrupted struct {
	Stack string
	Err   error
}

func (e *Interrupted) Error() string {
	return fmt.Sprintf("interrupted: %s\nThe stack %s may go on in Azure, and nothing is lost: palisade deploy again waits for it and goes on from there", Explain(e.Err), e.Stack)
}

func (e *Interrupted) Unwrap() error { return e.Err }

func (c *Client) stacks() (*armdeploymentstacks.Client, error) {
	return armdeploymentstacks.NewClient(c.subscription, c.credential, c.options)
}

// getStack is the stack of that name, or nil where there is none.
func (c *Client) getStack(ctx context.Context, name string) (*armdeploymentstacks.DeploymentStack, error) {
	client, err := c.stacks()
	if err != nil {
		return nil, err
	}
	r, err := client.GetAtSubscription(ctx, name, nil)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &r.DeploymentStack, nil
}

// Deploy deploys the plan as a deployment stack and waits for it. Where a stack
// of an earlier run is still at work it is waited for first. After known races
// the whole is deployed again: what is there already stays as it is. The error
// is *Interrupted where it isn't known how the deployment ends, *Failed where it
// has ended in Azure, and *Refused where Azure took nothing of it.
func (c *Client) Deploy(ctx context.Context, p *Plan, tell func(Event)) error {
	before, why, err := c.before(ctx, p)
	if err != nil {
		return interrupted(p.Name, err)
	}
	if before != nil {
		earlier := *p
		earlier.Template = before
		tell(Event{State: "again", Text: why})
		if err := c.deploy(ctx, &earlier, tell); err != nil {
			return err
		}
	}
	return c.deploy(ctx, p, tell)
}

// before is the template that has to be deployed before that of the plan, and
// why, or nil.
func (c *Client) before(ctx context.Context, p *Plan) (json.RawMessage, string, error) {
	first, err := c.needsFirst(ctx, p)
	if err != nil {
		return nil, "", refusal(err)
	}
	if first {
		return p.First, "two deployments: what Azure doesn't take while it makes a resource comes with the second", nil
	}
	if p.Unlocked == nil {
		return nil, "", nil
	}
	s, err := c.getStack(ctx, p.Name)
	if err != nil || s == nil || len(leavers(p, s)) == 0 {
		return nil, "", refusal(err)
	}
	return p.Unlocked, "two deployments: one that deletes what leaves, without locks, and one that locks again", nil
}

// needsFirst reports whether one of the resources that need another template
// first isn't there yet, or not made to its end.
func (c *Client) needsFirst(ctx context.Context, p *Plan) (bool, error) {
	for _, r := range p.Making {
		live, err := c.read(ctx, r)
		if missing(err) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if !live.Properties("provisioningState").Is("Succeeded") {
			return true, nil
		}
	}
	return false, nil
}

func (c *Client) deploy(ctx context.Context, p *Plan, tell func(Event)) error {
	w := &watch{client: c, tell: tell, seen: map[string]string{}, last: c.clock.Now()}
	idle := 0 // attempts in which nothing more was done
	for attempt := 1; ; attempt++ {
		done := w.done
		err := c.attempt(ctx, p, w)
		if err == nil {
			return nil
		}
		var failed *Failed
		if !errors.As(err, &failed) {
			return interrupted(p.Name, err)
		}
		if idle++; w.done > done {
			idle = 0
		}
		if !failed.temporary() || idle >= failed.patience() || attempt == mostInAll {
			failed.Attempts = attempt
			return failed
		}
		wait := time.Duration(idle+1) * 15 * time.Second
		tell(Event{State: "again", Text: fmt.Sprintf("%s: a known race; again in %s", failed.reason(), wait)})
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return interrupted(p.Name, err)
		}
	}
}

// interrupted wraps errors after which the stack may still be at work; what
// Azure refused is told as it is.
func interrupted(stack string, err error) error {
	var refused *Refused
	if errors.As(err, &refused) {
		return err
	}
	return &Interrupted{stack, err}
}

// attempt deploys once.
func (c *Client) attempt(ctx context.Context, p *Plan, w *watch) error {
	for {
		s, err := c.getStack(ctx, p.Name)
		if err != nil {
			return refusal(err)
		}
		if s != nil {
			if err := ours(s, p.Name); err != nil {
				return err
			}
			if !terminal(s) {
				w.tell(Event{State: "waiting", Text: "the stack of an earlier run is still at work (" + state(s) + ")"})
				if _, err := w.stack(ctx, p.Name); err != nil {
					return err
				}
			}
		}
		if s != nil {
			if err := c.makeWay(ctx, p, s, w); err != nil {
				return err
			}
		}
		err = c.put(ctx, p)
		if hasCode(err, "DeploymentStackInNonTerminalState") {
			continue // somebody was faster, or the answer to our own request was lost
		}
		if err != nil {
			return refusal(err)
		}
		ended, err := w.stack(ctx, p.Name)
		if err != nil {
			return err
		}
		return outcome(ended)
	}
}

// makeWay takes the stack's locks away where resources leave the plan, because
// they would keep the stack from deleting these. The stack puts the locks back;
// until then its deny settings hold.
func (c *Client) makeWay(ctx context.Context, p *Plan, s *armdeploymentstacks.DeploymentStack, w *watch) error {
	if len(leavers(p, s)) == 0 {
		return nil
	}
	return c.unlock(ctx, s, w)
}

// ours refuses a stack of that name that something else made.
func ours(s *armdeploymentstacks.DeploymentStack, name string) error {
	if deref(s.Tags["made-by"]) == madeBy {
		return nil
	}
	return &Refused{fmt.Sprintf("there is a deployment stack %s that Palisade hasn't made; change name: or environment: in palisade.yaml", name)}
}

func (c *Client) put(ctx context.Context, p *Plan) error {
	client, err := c.stacks()
	if err != nil {
		return err
	}
	_, err = client.BeginCreateOrUpdateAtSubscription(ctx, p.Name, stackOf(p), nil)
	return err
}

// stackOf is the stack as it is sent. Resources that leave the plan are
// deleted; a resource group is let go, so that nothing in it is lost by mistake.
func stackOf(p *Plan) armdeploymentstacks.DeploymentStack {
	tags := map[string]*string{}
	for k, v := range p.Tags {
		tags[k] = to.Ptr(v)
	}
	tags["made-by"] = to.Ptr(madeBy)
	deny := &armdeploymentstacks.DenySettings{Mode: to.Ptr(armdeploymentstacks.DenySettingsMode(orNone(p.Deny))), ApplyToChildScopes: to.Ptr(true)}
	for _, id := range p.Excluded {
		deny.ExcludedPrincipals = append(deny.ExcludedPrincipals, to.Ptr(id))
	}
	values := map[string]*armdeploymentstacks.DeploymentParameter{}
	for name, v := range p.Parameters {
		values[name] = &armdeploymentstacks.DeploymentParameter{Value: v}
	}
	return armdeploymentstacks.DeploymentStack{
		Location: to.Ptr(p.Location), Tags: tags,
		Properties: &armdeploymentstacks.DeploymentStackProperties{
			Template: p.Template, Parameters: values, Description: to.Ptr("Private, keyless, least-privilege Azure OpenAI, deployed by Palisade"),
			ActionOnUnmanage: &armdeploymentstacks.ActionOnUnmanage{
				Resources:      to.Ptr(armdeploymentstacks.DeploymentStacksDeleteDetachEnumDelete),
				ResourceGroups: to.Ptr(armdeploymentstacks.DeploymentStacksDeleteDetachEnumDetach),
			},
			DenySettings: deny,
		},
	}
}

func orNone(mode string) string {
	if mode == "" {
		return "none"
	}
	return mode
}

func state(s *armdeploymentstacks.DeploymentStack) string {
	if s.Properties == nil {
		return ""
	}
	return string(deref(s.Properties.ProvisioningState))
}

func terminal(s *armdeploymentstacks.DeploymentStack) bool {
	switch strings.ToLower(state(s)) {
	case "succeeded", "failed", "canceled":
		return true
	}
	return false
}
