package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// target is one way to the mock.
type target struct {
	name   string
	url    string // of chat completions
	pid    int    // 0: nothing stands between
	header http.Header
	model  string
}

// peers are the targets of -peer.
type peers []target

func (p *peers) String() string { return fmt.Sprint(len(*p), " peers") }

// Set reads one -peer.
func (p *peers) Set(text string) error {
	t := target{header: http.Header{}, model: "gpt-4o"}
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "name":
			t.name = value
		case "url":
			t.url = value
		case "pid":
			if _, err := fmt.Sscan(value, &t.pid); err != nil {
				return err
			}
		case "model":
			t.model = value
		case "header":
			key, v, _ := strings.Cut(value, ":")
			t.header.Add(key, strings.TrimSpace(v))
		default:
			return fmt.Errorf("%q: name, url, pid, header or model", name)
		}
	}
	if t.name == "" || t.url == "" || t.pid == 0 {
		return fmt.Errorf("%q: name, url and pid are needed", text)
	}
	*p = append(*p, t)
	return nil
}

// call is one call, whose answer must be whole.
func (t *target) call(client *http.Client, s *scenario, body []byte) error {
	r, err := http.NewRequest("POST", t.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for name, values := range t.header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return whole(t, s, resp)
}

// whole reads an answer and checks that it is all there: another gateway may
// write it anew, so only what must be in it is looked for.
func whole(t *target, s *scenario, resp *http.Response) error {
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", t.name, resp.Status, text)
	}
	if !s.stream && !bytes.Contains(text, []byte(`through which a service is reached`)) {
		return fmt.Errorf("%s: not the mock's answer: %s", t.name, text)
	}
	if n := bytes.Count(text, []byte(`" endpoint"`)); s.stream && n != chunks {
		return fmt.Errorf("%s: %d of %d chunks", t.name, n, chunks)
	}
	return nil
}
