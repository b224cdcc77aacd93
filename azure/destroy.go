package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeploymentstacks"

	"palisade/arm"
)

const lockType = "Microsoft.Authorization/locks"

// Managed lists the IDs of what the stack of that name has deployed, sorted; nil
// where there is no such stack.
func (c *Client) Managed(ctx context.Context, name string) ([]string, error) {
	s, err := c.getStack(ctx, name)
	if err != nil || s == nil {
		return nil, err
	}
	if err := ours(s, name); err != nil {
		return nil, err
	}
	out := []string{}
	if s.Properties != nil {
		for _, r := range s.Properties.Resources {
			out = append(out, deref(r.ID))
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out, nil
}

// Destroy deletes the stack with all that it has deployed, resource groups
// included, and waits for it. Locks of the deployment go first. Accounts and
// vaults are only deleted softly; Purge ends the accounts for good.
func (c *Client) Destroy(ctx context.Context, name string, tell func(Event)) error {
	w := &watch{client: c, tell: tell, seen: map[string]string{}, last: c.clock.Now()}
	for attempt := 1; ; attempt++ {
		again, err := c.destroyOnce(ctx, name, w)
		switch {
		case err == nil:
			return nil
		case !again || attempt == maxAttempts:
			return err
		}
		tell(Event{State: "again", Text: firstLine(err.Error())})
		if err := c.clock.Sleep(ctx, time.Duration(attempt)*15*time.Second); err != nil {
			return err
		}
	}
}

// destroyOnce tries to delete the stack; again says whether another try may
// help.
func (c *Client) destroyOnce(ctx context.Context, name string, w *watch) (again bool, err error) {
	s, err := c.getStack(ctx, name)
	if err != nil || s == nil {
		return false, err
	}
	if err := ours(s, name); err != nil {
		return false, err
	}
	if !terminal(s) {
		w.tell(Event{State: "waiting", Text: "the stack is still at work (" + state(s) + ")"})
		if err := c.gone(ctx, name); !errors.Is(err, errStays) {
			return false, err
		}
	}
	if err := c.unlock(ctx, s, w); err != nil {
		return false, err
	}
	err = c.deleteStack(ctx, name)
	if err != nil && !hasCode(err, "DeploymentStackInNonTerminalState") {
		return false, refusal(err)
	}
	err = c.gone(ctx, name)
	return errors.Is(err, errStays), err
}

// deleteStack asks for the deletion. It speaks a newer version than the SDK's
// client, because only that lets go of what can't be deleted, such as Defender
// plans (Microsoft.Resources/deploymentStacks 2025-07-01).
func (c *Client) deleteStack(ctx context.Context, name string) error {
	_, err := c.raw(ctx, http.MethodDelete, c.scope()+"/providers/Microsoft.Resources/deploymentStacks/"+name, "2025-07-01", nil,
		[2]string{"unmanageAction.Resources", "delete"},
		[2]string{"unmanageAction.ResourceGroups", "delete"},
		[2]string{"unmanageAction.ResourcesWithoutDeleteSupport", "detach"})
	return err
}

// errStays says that the deletion has ended and the stack is still there.
var errStays = errors.New("not all could be deleted")

// gone waits until the stack isn't there any more.
func (c *Client) gone(ctx context.Context, name string) error {
	until := c.clock.Now().Add(longest)
	for {
		if err := c.clock.Sleep(ctx, pollEvery); err != nil {
			return err
		}
		s, err := c.getStack(ctx, name)
		switch {
		case err != nil:
			return err
		case s == nil:
			return nil
		case terminal(s):
			return stays(s)
		case c.clock.Now().After(until):
			return fmt.Errorf("the stack hasn't ended after %s", longest)
		}
	}
}

// stays is errStays with the reason.
func stays(s *armdeploymentstacks.DeploymentStack) error {
	for _, leaf := range leaves(s.Properties.Error) {
		return fmt.Errorf("%w: %s: %s", errStays, deref(leaf.Code), firstLine(deref(leaf.Message)))
	}
	return errStays
}

// unlock deletes the locks that the stack has made, which it doesn't deny.
func (c *Client) unlock(ctx context.Context, s *armdeploymentstacks.DeploymentStack, w *watch) error {
	if s.Properties == nil {
		return nil
	}
	for _, r := range s.Properties.Resources {
		id := deref(r.ID)
		if !strings.Contains(strings.ToLower(id), "/"+strings.ToLower(lockType)+"/") {
			continue
		}
		w.tell(Event{ID: id, State: "running", Text: "the lock goes first"})
		if err := c.call(ctx, http.MethodDelete, id, "2020-05-01", nil, nil); err != nil && !missing(err) {
			return fmt.Errorf("deleting the lock %s: %s", Short(id), Explain(err))
		}
	}
	return nil
}

// SoftDeleted lists the accounts of the plan that are deleted and still kept.
func (c *Client) SoftDeleted(ctx context.Context, p *Plan) ([]arm.Resource, error) {
	var out []arm.Resource
	for _, a := range p.of(accountType) {
		path := c.deletedPath(a.Body.Get("location").Text(), part(a.ID, "resourceGroups"), a.Name)
		err := c.call(ctx, http.MethodGet, path, cognitiveVersion, nil, nil)
		if err == nil {
			out = append(out, a)
		} else if !missing(err) {
			return out, err
		}
	}
	return out, nil
}

// Purge ends a deleted account for good: its name becomes free, and nothing of
// it can be restored.
func (c *Client) Purge(ctx context.Context, a arm.Resource) error {
	path := c.deletedPath(a.Body.Get("location").Text(), part(a.ID, "resourceGroups"), a.Name)
	if err := c.call(ctx, http.MethodDelete, path, cognitiveVersion, nil, nil); err != nil && !missing(err) {
		return err
	}
	until := c.clock.Now().Add(15 * time.Minute)
	for {
		err := c.call(ctx, http.MethodGet, path, cognitiveVersion, nil, nil)
		switch {
		case missing(err):
			return nil
		case err != nil:
			return err
		case c.clock.Now().After(until):
			return fmt.Errorf("%s isn't purged after 15 minutes", a.Name)
		}
		if err := c.clock.Sleep(ctx, pollEvery); err != nil {
			return err
		}
	}
}
