package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"
)

// redisServer is a Redis server that can be killed and started again. It keeps
// nothing on a disk, so that a kill loses all that was counted.
type redisServer struct {
	address string
	folder  string

	mu    sync.Mutex
	cmd   *exec.Cmd
	kills int
}

// errNoRedis is why a soak with Redis is left out.
var errNoRedis = errors.New("redis-server isn't installed (Debian: redis-server)")

func startRedis(folder string) (*redisServer, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errNoRedis
	}
	r := &redisServer{address: free(), folder: folder}
	return r, r.start()
}

func (r *redisServer) start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, port, err := net.SplitHostPort(r.address)
	if err != nil {
		return err
	}
	r.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", r.folder)
	if err := r.cmd.Start(); err != nil {
		return err
	}
	return listens(r.address)
}

// kill ends it as a crash would.
func (r *redisServer) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Signal(os.Kill)
	_ = r.cmd.Wait()
	r.cmd = nil
	r.kills++
}

// listens waits until somebody listens.
func listens(address string) error {
	var err error
	for range 400 {
		var c net.Conn
		if c, err = net.Dial("tcp", address); err == nil {
			return c.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return err
}

// free is an address on loopback that nobody listens on.
func free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "127.0.0.1:18099"
	}
	defer l.Close()
	return l.Addr().String()
}
