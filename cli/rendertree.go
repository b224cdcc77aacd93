package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"palisade/format/layout"
)

// change is what happened to a file of a rendering.
type change struct {
	path  string
	lines int
	what  string // new, changed, unchanged or removed
}

// Limits of the folder that is written to.
const (
	maxTreeFiles = 10_000
	markWithin   = 1024 // bytes of a file in which the mark stands
)

// writeTree makes the folder hold the files. Those of an earlier render that
// aren't among them are removed. Without force, other files in the folder are an
// error, and nothing is written.
func writeTree(dir string, files []layout.Written, force bool) ([]change, error) {
	have, err := listTree(dir)
	if err != nil {
		return nil, err
	}
	if foreign := have.foreign; len(foreign) > 0 && !force {
		return nil, fmt.Errorf("%s has files that render didn't write: %s: choose another folder with --out, or say --force",
			dir, strings.Join(foreign[:min(len(foreign), 5)], ", "))
	}
	var changes []change
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f.Path] = true
		what, err := writeOne(filepath.Join(dir, filepath.FromSlash(f.Path)), f.Text)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change{f.Path, bytes.Count(f.Text, []byte("\n")), what})
	}
	for _, path := range have.ours {
		if wanted[path] {
			continue
		}
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(path))); err != nil {
			return nil, err
		}
		changes = append(changes, change{path: path, what: "removed"})
	}
	return changes, nil
}

// tree is what a folder has, by paths with slashes.
type tree struct{ ours, foreign []string }

// listTree tells the files of earlier renders from others. What Terraform itself
// keeps there, and what is hidden, isn't listed.
func listTree(dir string) (tree, error) {
	var t tree
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return fs.SkipAll
		}
		if err != nil {
			return err
		}
		if path != dir && isKept(d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		if len(t.ours)+len(t.foreign) >= maxTreeFiles {
			return fmt.Errorf("%s has more than %d files", dir, maxTreeFiles)
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.Type().IsRegular() && isOurs(path) {
			t.ours = append(t.ours, filepath.ToSlash(name))
		} else {
			t.foreign = append(t.foreign, filepath.ToSlash(name))
		}
		return nil
	})
	slices.Sort(t.ours)
	slices.Sort(t.foreign)
	return t, err
}

func isKept(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "terraform.tfstate") || strings.HasSuffix(name, ".tfvars")
}

// isOurs reports whether render wrote the file.
func isOurs(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, markWithin)
	n, _ := f.Read(start)
	return bytes.Contains(start[:n], []byte(renderMark))
}

// writeOne writes a file whole or not at all. One that is the same already is
// left alone.
func writeOne(path string, text []byte) (what string, err error) {
	what = "new"
	if info, err := os.Lstat(path); err == nil {
		if what = "changed"; !info.Mode().IsRegular() {
			return "", fmt.Errorf("%s isn't a file", path)
		}
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
			return "unchanged", nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".palisade-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return "", err
	}
	return what, os.Rename(tmp.Name(), path)
}
