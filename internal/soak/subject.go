package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"palisade/gateway"
	"palisade/usage"
)

// subject is the gateway that is soaked: in this process, or the binary.
type subject struct {
	setting setting
	path    string // of palisade.yaml
	binary  string // "" for a gateway in this process

	log    *safeBuffer
	cmd    *exec.Cmd
	cancel context.CancelFunc
	ended  chan error
	clock  *clock
	disk   disk
	reload chan os.Signal
}

// clock is the machine's, and steps at will.
type clock struct{ step atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.step.Load())) }

// safeBuffer is a log that several goroutines write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is all that was written.
func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// write puts the configuration in place.
func (s *subject) write(text string) error {
	if err := os.WriteFile(s.path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(s.path+".new", s.path)
}

func (s *subject) start() error {
	if err := s.write(s.setting.text()); err != nil {
		return err
	}
	s.log, s.ended, s.reload = &safeBuffer{}, make(chan error, 1), make(chan os.Signal, 1)
	if s.binary == "" {
		return s.startHere()
	}
	s.cmd = exec.Command(s.binary, "serve", "-f", s.path)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	if err := listens(s.setting.listen); err != nil {
		return fmt.Errorf("the gateway doesn't start: %w\n%s", err, s.log)
	}
	return nil
}

func (s *subject) startHere() error {
	o := gateway.Options{Path: s.path, Now: s.clock.now, Poll: 100 * time.Millisecond, OpenRecords: s.disk.open,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	server, err := gateway.New(o)
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return errors.Join(err, server.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() { s.ended <- server.Run(ctx, s.reload) }()
	return nil
}

// hangUp has the configuration read again.
func (s *subject) hangUp() {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(syscall.SIGHUP)
		return
	}
	s.reload <- syscall.SIGHUP
}

// stop is SIGTERM, and waits for the end.
func (s *subject) stop() error {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
	} else {
		s.cancel()
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(60 * time.Second):
		if s.cmd != nil {
			_ = s.cmd.Process.Kill()
		}
		return errors.New("the gateway doesn't stop")
	}
}

// metrics reads the metrics page.
func (s *subject) metrics() (page string, err error) {
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + s.setting.admin + "/metrics")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

// sum adds up the values of a metric.
func sum(page, name string) (total float64) {
	for line := range strings.Lines(page) {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest[0] != ' ' && rest[0] != '{' {
			continue
		}
		var v float64
		if _, err := fmt.Sscan(rest[strings.LastIndexByte(rest, ' ')+1:], &v); err == nil {
			total += v
		}
	}
	return total
}

// pid is the process that the gateway is in.
func (s *subject) pid() int {
	if s.cmd != nil {
		return s.cmd.Process.Pid
	}
	return os.Getpid()
}

// files is how many file descriptors the process has.
func (s *subject) files() int {
	all, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.pid()))
	return len(all)
}

// disk is the one that the usage log of a gateway in this process is on.
type disk struct{ full atomic.Bool }

func (d *disk) open(path string) (usage.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	return &diskFile{f, d}, err
}

type diskFile struct {
	*os.File
	disk *disk
}

// Write fails halfway when the disk is full.
func (f *diskFile) Write(p []byte) (int, error) {
	if f.disk.full.Load() {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, &os.PathError{Op: "write", Path: filepath.Base(f.Name()), Err: syscall.ENOSPC}
	}
	return f.File.Write(p)
}
