// Command gen writes estate/tables/roles.txt.gz, the built-in roles of Azure,
// from a JSON file with an array of
//
//	{id, roleName, permissions: [{actions, notActions, dataActions,
//	notDataActions, condition}]}
//
// as the API lists role definitions (id: the GUID; absent lists are empty).
//
//	go run ./estate/internal/gen roles.json estate/tables/roles.txt.gz
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

type role struct {
	ID          string       `json:"id"`
	Name        string       `json:"roleName"`
	Permissions []permission `json:"permissions"`
}

type permission struct {
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
	Condition      string   `json:"condition"`
}

const header = `# The built-in roles of Azure, by GUID.
# Source: iann0036/iam-dataset azure/built-in-roles-raw.json @2073fa52 (2026-08-22).
# A line is a letter, a space and a text:
#   r GUID NAME   begins a role
#   p CONDITION   begins a permission of it; the condition may be empty
#   + - d n       an action, notAction, dataAction, notDataAction of it
`

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen roles.json roles.txt.gz")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(3)
	}
}

func run(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var roles []role
	if err := json.Unmarshal(text, &roles); err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	slices.SortFunc(roles, func(a, b role) int { return cmp.Compare(a.ID, b.ID) })
	packed, err := pack(table(roles))
	if err != nil {
		return err
	}
	return os.WriteFile(to, packed, 0o644)
}

// table writes the roles in the format that header describes.
func table(roles []role) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for _, r := range roles {
		fmt.Fprintf(&b, "r %s %s\n", strings.ToLower(r.ID), line(r.Name))
		for _, p := range r.Permissions {
			fmt.Fprintf(&b, "p %s\n", line(p.Condition))
			writeAll(&b, "+", p.Actions)
			writeAll(&b, "-", p.NotActions)
			writeAll(&b, "d", p.DataActions)
			writeAll(&b, "n", p.NotDataActions)
		}
	}
	return b.Bytes()
}

func writeAll(b *bytes.Buffer, letter string, actions []string) {
	for _, a := range actions {
		fmt.Fprintf(b, "%s %s\n", letter, line(a))
	}
}

// line is s as it fits on one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func pack(text []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
