package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

var publicModule = regexp.MustCompile(`'br/public:(avm/[\w/-]+):([\w.-]+)'`)

// publishedModules unpacks the published versions of the modules that others
// refer to, each from its tag (avm/res/network/private-endpoint/0.12.0), into a
// folder as --modules takes it. It follows the references of what it unpacks.
func publishedModules(registry string) (dir string, cleanup func(), err error) {
	dir, err = os.MkdirTemp("", "palisade-conformance-")
	if err != nil {
		return "", nil, err
	}
	cleanup = func() { _ = os.RemoveAll(dir) }
	todo, err := references(filepath.Join(registry, "avm"))
	seen := map[string]bool{}
	for err == nil && len(todo) > 0 {
		tag := todo[0]
		todo = todo[1:]
		if seen[tag] {
			continue
		}
		seen[tag] = true
		var more []string
		if more, err = unpack(registry, tag, dir); err == nil {
			todo = append(todo, more...)
		}
	}
	if err != nil {
		cleanup()
		return "", nil, err
	}
	return dir, cleanup, nil
}

// unpack writes the folder of a tag and returns the tags that it refers to.
func unpack(registry, tag, dir string) ([]string, error) {
	folder := tag[:strings.LastIndexByte(tag, '/')]
	archive, err := exec.Command("git", "-C", registry, "archive", tag+":"+folder).Output()
	if err != nil {
		return nil, fmt.Errorf("reading the tag %s: %w", tag, err)
	}
	target := filepath.Join(dir, strings.TrimPrefix(tag, "avm/"))
	if err := os.MkdirAll(target, 0o755); err != nil {
		return nil, err
	}
	tar := exec.Command("tar", "x", "-C", target, "--exclude=tests", "--exclude=*.md")
	tar.Stdin = bytes.NewReader(archive)
	if err := tar.Run(); err != nil {
		return nil, fmt.Errorf("unpacking the tag %s: %w", tag, err)
	}
	if err := setVersion(target, filepath.Base(tag)); err != nil {
		return nil, err
	}
	return references(target)
}

// setVersion writes a module's version over the mark that stands for it in the
// source: the registry's pipeline does so when it publishes a module, so that
// compiled modules that use it have the version.
func setVersion(root, version string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".bicep" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte(versionMark)) {
			return err
		}
		return os.WriteFile(path, bytes.ReplaceAll(text, []byte(versionMark), []byte(version)), 0o644)
	})
}

const versionMark = "-..--..-"

// references lists the tags of the modules that the Bicep files below a folder
// refer to; tests don't count.
func references(root string) ([]string, error) {
	var tags []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "tests":
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".bicep":
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range publicModule.FindAllSubmatch(text, -1) {
			tags = append(tags, string(m[1])+"/"+string(m[2]))
		}
		return err
	})
	return tags, err
}
