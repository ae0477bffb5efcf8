package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/winnow-gate/winnow/rules"
)

// loadRules compiles a folder, or a revision of one as git names it
// (HEAD~1:shop, v1.2:./shop), for a verb that needs it to be right. The work tree
// is not touched.
func (e *env) loadRules(ctx context.Context, name string) (*folder, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() || !strings.Contains(name, ":") {
		return e.loadBundle(name)
	}
	dir, err := os.MkdirTemp("", "winnow-revision-")
	if err != nil {
		return nil, failure(exitFailed, "make room for temporary files", "%v", err)
	}
	defer os.RemoveAll(dir) // the bundle is in memory by then
	if err := checkOut(ctx, name, dir); err != nil {
		return nil, err
	}
	f := &folder{dir: name, files: os.DirFS(dir)}
	f.bundle, f.list = rules.Compile(f.files, compileOptions())
	return f, e.demandValid(f)
}

// besideRevision lets a bare revision stand for the other bundle's folder at that
// revision: winnow diff HEAD~1 shop.
func besideRevision(name, other string) string {
	if _, err := os.Stat(name); err == nil || strings.Contains(name, ":") || name == "" {
		return name
	}
	if info, err := os.Stat(other); err != nil || !info.IsDir() || filepath.IsAbs(other) {
		return name
	}
	return name + ":./" + filepath.ToSlash(filepath.Clean(other))
}

// checkOut writes the files of a tree of git's into a folder.
func checkOut(ctx context.Context, tree, dir string) error {
	id, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", tree)
	if err != nil {
		return failure(exitFailed, "name a folder that is there, or REVISION:FOLDER with the folder from the top of the repository, or REVISION:./FOLDER from here", "git knows no folder %s", tree)
	}
	list, err := git(ctx, "ls-tree", "-r", "-z", "--full-tree", strings.TrimSpace(string(id)))
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		about, path, ok := strings.Cut(entry, "\t")
		what := strings.Fields(about) // mode, type, id
		if !ok || len(what) != 3 || what[1] != "blob" || what[0] == "120000" || !filepath.IsLocal(path) {
			continue // links and other repositories are no rules
		}
		body, err := git(ctx, "cat-file", "blob", what[2])
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, body, 0o600)); err != nil {
			return failure(exitFailed, "make room for temporary files", "%v", err)
		}
	}
	return nil
}

func git(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, failure(exitFailed, "install git, or name a folder", "there is no git here to read revisions with")
	case err != nil:
		return nil, failure(exitFailed, "is this a repository of git?", "git %s: %s", args[0], strings.TrimSpace(complaint.String()))
	}
	return out, nil
}
