package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// tick is the unit of CPU times in /proc. It is 10 ms on all Linux systems
// that Go runs on.
const tick = 10 * time.Millisecond

// cpuOf is the CPU time that a process has taken, in and for it.
func cpuOf(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ") // a name may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat: %d fields", pid, len(fields))
	}
	var user, system int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0, err
	}
	return time.Duration(user+system) * tick, nil
}

// memoryOf is the resident memory of a process in MiB, now and at its highest.
func memoryOf(pid int) (now, peak float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kib float64
		if name, value, _ := strings.Cut(line, ":"); name == "VmRSS" || name == "VmHWM" {
			if _, err := fmt.Sscan(value, &kib); err != nil {
				return 0, 0, err
			}
			if name == "VmRSS" {
				now = kib / 1024
			} else {
				peak = kib / 1024
			}
		}
	}
	return now, peak, nil
}
