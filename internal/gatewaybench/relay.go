package main

import (
	"io"
	"net"
)

// relay is a hop that does nothing: it copies the bytes of connections both
// ways. What it adds to a call is the least that a Go program can add on the
// machine, and tells how much of a latency is the machine's.
func relay(listen, to string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	for {
		client, err := l.Accept()
		if err != nil {
			return err
		}
		upstream, err := net.Dial("tcp", to)
		if err != nil {
			client.Close()
			continue
		}
		go pass(client, upstream)
		go pass(upstream, client)
	}
}

// pass copies until one side closes, in this process: the kernel's own way of
// splicing connections isn't open to a program that looks at what passes.
func pass(to, from net.Conn) {
	defer to.Close()
	_, _ = io.Copy(struct{ io.Writer }{to}, struct{ io.Reader }{from})
}
