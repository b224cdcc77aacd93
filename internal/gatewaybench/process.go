package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cpuOf is the CPU time that a process has taken, in and for it: what the
// scheduler has counted for its threads, in nanoseconds. (The times of
// /proc/PID/stat come in steps of 10 ms.)
func cpuOf(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("process %d: no schedstat of its threads", pid)
	}
	var all time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		var ran int64
		if _, err := fmt.Sscan(string(text), &ran); err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		all += time.Duration(ran)
	}
	return all, nil
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
