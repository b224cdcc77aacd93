package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
)

// divide gives the targets the first CPU, and the load and the mock the others.
// Without it, a fast target would be measured by how fast the load is.
func (b *bench) divide() {
	if runtime.NumCPU() < 2 {
		b.pinned = "all on one CPU"
		return
	}
	rest := fmt.Sprintf("1-%d", runtime.NumCPU()-1)
	ok := pin(os.Getpid(), rest) && pin(b.commands[0].Process.Pid, rest)
	for _, t := range b.targets[1:] {
		ok = pin(t.pid, "0") && ok
	}
	b.pinned = "one CPU for what is measured, " + strconv.Itoa(runtime.NumCPU()-1) + " for load and mock"
	if !ok {
		b.pinned = "CPUs shared, since taskset failed"
	}
}

// together takes that back.
func (b *bench) together() {
	all := fmt.Sprintf("0-%d", runtime.NumCPU()-1)
	pin(os.Getpid(), all)
	pin(b.commands[0].Process.Pid, all)
	for _, t := range b.targets[1:] {
		pin(t.pid, all)
	}
}

// pin binds all threads of a process to some CPUs.
func pin(pid int, cpus string) bool {
	return exec.Command("taskset", "-a", "-c", "-p", cpus, strconv.Itoa(pid)).Run() == nil
}
