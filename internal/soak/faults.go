package main

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"syscall"
	"time"
)

// fault is something that goes wrong for a while.
type fault struct {
	name  string
	begin func(*run) error
	end   func(*run) error
}

// faults are those that can be had with a run.
func (r *run) faults() []fault {
	all := []fault{
		moody("429 storm", mood{throttle: 80}),
		moody("upstream fails", mood{fail: 60}),
		moody("upstream resets", mood{reset: 50}),
		moody("upstream is slow", mood{slow: 60}),
		{"JWKS outage and key roll", beginOutage, endOutage},
		{"key roll", func(r *run) error { return r.issuer.roll() }, nothing},
		{"good reload", (*run).reloadGood, nothing},
		{"bad reload", (*run).reloadBad, (*run).reloadGood},
	}
	if r.redis != nil {
		all = append(all, fault{"Redis killed", killRedis, (*run).restartRedis})
	}
	if r.subject.binary == "" {
		all = append(all, fault{"clock step", stepClock, setClock}, fault{"disk full", fillDisk, freeDisk})
	} else if r.mounted {
		all = append(all, fault{"disk full", (*run).fillMount, (*run).freeMount})
	}
	return all
}

func nothing(*run) error { return nil }

func moody(name string, m mood) fault {
	return fault{name,
		func(r *run) error { r.mock.mood.Store(&m); return nil },
		func(r *run) error { r.mock.mood.Store(&usual); return nil }}
}

func beginOutage(r *run) error { r.issuer.setDown(true); return r.issuer.roll() }
func endOutage(r *run) error   { r.issuer.setDown(false); return nil }
func fillDisk(r *run) error    { r.subject.disk.full.Store(true); return nil }
func freeDisk(r *run) error    { r.subject.disk.full.Store(false); return nil }
func killRedis(r *run) error   { r.redis.kill(); r.forgot++; return nil }

func (r *run) restartRedis() error { return r.redis.start() }

// stepClock sets the clock of the gateway. Windows of a minute go by the
// monotonic clock, which a step of a machine's clock doesn't change; the
// injected one has none apart, so that a step forward forgets what was counted.
func stepClock(r *run) error {
	step := []time.Duration{-3 * time.Hour, -90 * time.Second, 20 * time.Second}[rand.IntN(3)]
	if step > 0 {
		r.forgot++
	}
	r.subject.clock.step.Store(int64(step))
	return nil
}

func setClock(r *run) error { r.subject.clock.step.Store(0); return nil }

func (r *run) reloadGood() error {
	r.subject.setting.version++
	if err := r.subject.write(r.subject.setting.text()); err != nil {
		return err
	}
	r.subject.hangUp()
	return nil
}

func (r *run) reloadBad() error {
	if err := r.subject.write(badText); err != nil {
		return err
	}
	r.subject.hangUp()
	return nil
}

// mount puts the usage log of the binary on a file system in memory, which can
// be made too small. Only root may.
func (r *run) mount() bool {
	r.mounted = exec.Command("mount", "-t", "tmpfs", "-o", "size=2g", "none", r.subject.setting.folder).Run() == nil
	return r.mounted
}

func (r *run) unmount() {
	if r.mounted {
		_ = exec.Command("umount", r.subject.setting.folder).Run()
	}
}

// fillMount leaves no room. What is written meanwhile can make the size too
// small to be taken, so it tries again.
func (r *run) fillMount() (err error) {
	for range 10 {
		var s syscall.Statfs_t
		if err = syscall.Statfs(r.subject.setting.folder, &s); err != nil {
			return err
		}
		if err = r.resize(fmt.Sprint((s.Blocks - s.Bfree) * uint64(s.Bsize))); err == nil {
			return nil
		}
	}
	return err
}

func (r *run) freeMount() error { return r.resize("2g") }

func (r *run) resize(size string) error {
	return exec.Command("mount", "-o", "remount,size="+size, r.subject.setting.folder).Run()
}
