package limit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/auth"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Server is how to reach a Redis or Valkey server.
type Server struct {
	// Address is its host and port.
	Address string
	// TLS is the client's configuration; nil is a plain connection, which is
	// for loopback only.
	TLS *tls.Config
	// User is the user name. For Entra it is the identity's object ID.
	User string
	// Password is asked for each new connection, so that a rotated password
	// works without a restart.
	Password func(context.Context) (string, error)
	// Entra is used instead of a password: connections sign in with its tokens,
	// and again before a token ends.
	Entra azcore.TokenCredential
	// Timeout is for connecting, reading and writing each; 250 ms by default.
	Timeout time.Duration
	// Log gets what the client has to say, at the level of debugging: what
	// fails, calls say themselves. It is one for all clients of the process,
	// that of the last Dial; nil drops it.
	Log *slog.Logger
}

// redisScope is the scope of tokens for Azure Managed Redis and Azure Cache for
// Redis, in all clouds. Source: azure-docs, "Use Microsoft Entra ID for cache
// authentication".
const redisScope = "https://redis.azure.com/.default"

// Dial makes a client. It connects when it is first used.
func Dial(s Server) (redis.UniversalClient, error) {
	if s.Entra != nil && s.Password != nil {
		return nil, errors.New("redis: a password or Entra, not both")
	}
	redis.SetLogger(clientLog{s.Log})
	if s.Timeout <= 0 {
		s.Timeout = 250 * time.Millisecond
	}
	o := &redis.Options{
		Addr: s.Address, TLSConfig: s.TLS, Protocol: 3,
		DialTimeout: s.Timeout, ReadTimeout: s.Timeout, WriteTimeout: s.Timeout,
		DialerRetries: 1, ContextTimeoutEnabled: true, MaxRetries: 1,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	switch {
	case s.Entra != nil:
		if s.User == "" {
			return nil, errors.New("redis: Entra needs the identity's object ID as the user")
		}
		o.StreamingCredentialsProvider = &entra{source: s.Entra, user: s.User, now: time.Now, listeners: map[auth.CredentialsListener]bool{}}
	case s.Password != nil:
		o.CredentialsProviderContext = func(ctx context.Context) (string, string, error) {
			password, err := s.Password(ctx)
			if err != nil {
				return "", "", fmt.Errorf("redis: getting the password: %w", err)
			}
			return s.User, password, nil
		}
	}
	return redis.NewClient(o), nil
}

// clientLog keeps the client from writing to standard error itself.
type clientLog struct{ log *slog.Logger }

// Printf implements the client's interface of a log.
func (c clientLog) Printf(ctx context.Context, format string, v ...any) {
	if c.log != nil && c.log.Enabled(ctx, slog.LevelDebug) {
		c.log.DebugContext(ctx, "redis client", "text", fmt.Sprintf(format, v...))
	}
}

// entra hands tokens to connections, and a new one in time before the last
// ends: the server closes connections whose token has ended.
type entra struct {
	source azcore.TokenCredential
	user   string
	now    func() time.Time

	mu        sync.Mutex
	listeners map[auth.CredentialsListener]bool
	timer     *time.Timer
}

// Subscribe implements auth.StreamingCredentialsProvider.
func (e *entra) Subscribe(l auth.CredentialsListener) (auth.Credentials, auth.UnsubscribeFunc, error) {
	c, next, err := e.token()
	if err != nil {
		return nil, nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners[l] = true
	if e.timer == nil {
		e.timer = time.AfterFunc(next, e.renew)
	}
	return c, func() error { e.leave(l); return nil }, nil
}

// leave ends a subscription, and with the last one the renewing.
func (e *entra) leave(l auth.CredentialsListener) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.listeners, l)
	if len(e.listeners) == 0 && e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
}

// token gets a token, and says when to get the next one: five minutes before
// the end, or when half of a shorter rest is over.
func (e *entra) token() (auth.Credentials, time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	t, err := e.source.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{redisScope}})
	if err != nil {
		return nil, 0, fmt.Errorf("redis: getting a token: %w", err)
	}
	rest := t.ExpiresOn.Sub(e.now())
	return auth.NewBasicCredentials(e.user, t.Token), max(rest/2, rest-5*time.Minute, time.Second), nil
}

// renew gives all connections a new token. Without one it tries again soon;
// the old one still works for a while.
func (e *entra) renew() {
	c, next, err := e.token()
	if err != nil {
		next = 15 * time.Second
	}
	e.mu.Lock()
	if e.timer == nil {
		e.mu.Unlock()
		return
	}
	e.timer = time.AfterFunc(next, e.renew)
	all := make([]auth.CredentialsListener, 0, len(e.listeners))
	for l := range e.listeners {
		all = append(all, l)
	}
	e.mu.Unlock()
	if err != nil {
		return
	}
	for _, l := range all {
		l.OnNext(c)
	}
}
