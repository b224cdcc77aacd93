package gateway

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/redis/go-redis/v9"

	"palisade/gateway/limit"
	"palisade/spec"
)

// newStore makes what limits are counted in, and, where that is shared, what
// remembers whose the stored things are.
func (s *Server) newStore(set *setup) error {
	store := &set.spec.Gateway.LimitStore
	local := limit.NewMemory(limit.MemoryOptions{TTL: leaseTTL, Now: s.options.Now})
	if store.Kind != spec.RedisStore {
		s.limiter = local
		return nil
	}
	if store.OnError != spec.AllowOnError {
		local = nil
	}
	client, err := s.dialRedis(store.Redis, set.pools)
	if err != nil {
		return fmt.Errorf("%s: %w", set.spec.At("gateway", "limitStore", "redis"), err)
	}
	name := "palisade:" + set.spec.Name
	shared := limit.NewRedis(client, limit.RedisOptions{TTL: time.Duration(set.spec.Gateway.Timeouts.Total) + time.Minute, Name: name})
	s.limiter = limit.NewFallback(shared, local)
	if s.objects == nil {
		s.objects = &redisObjects{client, name}
	}
	return nil
}

func (s *Server) dialRedis(r *spec.Redis, p *pools) (redis.UniversalClient, error) {
	if r == nil {
		return nil, errors.New("no server")
	}
	at := limit.Server{Address: string(r.Address), User: r.User, Log: s.log}
	if r.TLS {
		host, _, err := net.SplitHostPort(at.Address)
		if err != nil {
			return nil, err
		}
		at.TLS = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: s.options.Upstreams.Roots}
	}
	if r.Password != "" {
		read, err := p.Secrets()
		if err != nil {
			return nil, err
		}
		at.Password = func(ctx context.Context) (string, error) { return read(ctx, r.Password) }
		return limit.Dial(at)
	}
	if !r.TLS {
		return limit.Dial(at) // on loopback, without a credential
	}
	var err error
	if at.Entra, err = p.Identity(); err != nil {
		return nil, err
	}
	if at.User == "" {
		if at.User, err = objectID(at.Entra); err != nil {
			return nil, fmt.Errorf("the identity's object ID isn't known, say it as user: %w", err)
		}
	}
	return limit.Dial(at)
}

// objectID is the object ID of an identity, as its own token says.
func objectID(c azcore.TokenCredential) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	token, err := c.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://redis.azure.com/.default"}})
	if err != nil {
		return "", err
	}
	parts := strings.Split(token.Token, ".")
	if len(parts) != 3 {
		return "", errors.New("not a token with claims")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Object string `json:"oid"`
	}
	if err != nil || json.Unmarshal(text, &claims) != nil || claims.Object == "" {
		return "", errors.New("not a token with an object ID")
	}
	return claims.Object, nil
}

// redisObjects are objects that several gateways share.
type redisObjects struct {
	client redis.UniversalClient
	name   string
}

// objectsLife is longer than Azure keeps responses, which is 30 days. Files and
// threads that nobody asks for in that time are out of reach.
const objectsLife = 400 * 24 * time.Hour

func (o *redisObjects) key(id string) string { return o.name + ":object:" + id }

// Put implements Objects.
func (o *redisObjects) Put(ctx context.Context, id string, s Stored) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return o.client.SetNX(ctx, o.key(id), text, objectsLife).Err()
}

// Get implements Objects.
func (o *redisObjects) Get(ctx context.Context, id string) (Stored, bool, error) {
	var s Stored
	text, err := o.client.Get(ctx, o.key(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	return s, true, json.Unmarshal(text, &s)
}

// Delete implements Objects.
func (o *redisObjects) Delete(ctx context.Context, id string) error {
	return o.client.Del(ctx, o.key(id), o.key(id)+":paid").Err()
}

// Paid implements Objects. A mark beside the thing says that it was paid.
func (o *redisObjects) Paid(ctx context.Context, id string) (tokens, cost int64, err error) {
	s, ok, err := o.Get(ctx, id)
	if err != nil || !ok || s.Owed == 0 {
		return 0, 0, err
	}
	first, err := o.client.SetNX(ctx, o.key(id)+":paid", 1, objectsLife).Result()
	if err != nil || !first {
		return 0, 0, err
	}
	return s.Owed, s.OwedCost, nil
}
