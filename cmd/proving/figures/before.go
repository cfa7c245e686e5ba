package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// beside measures rows in this tree and in a copy of an earlier commit, by the commands of today, and prints both. A figure that
// the earlier tree has not, or has elsewhere, is said to be none.
func beside(ctx context.Context, out, progress io.Writer, commit, only string) (err error) {
	asked, err := chosen(only)
	if err != nil {
		return err
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "figures-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	there := filepath.Join(dir, "tree")
	if _, err := output(ctx, "git", "worktree", "add", "--quiet", "--detach", there, commit); err != nil {
		return err
	}
	defer func() {
		_, removed := output(ctx, "git", "-C", here, "worktree", "remove", "--force", there)
		err = errors.Join(err, os.Chdir(here), removed)
	}()
	fmt.Fprintf(out, "| row | what | %s | now |\n|---|---|---|---|\n", commit)
	for _, r := range asked {
		fmt.Fprintf(progress, "%s: %s, twice\n", r.id, r.command)
		before, err := measuredIn(ctx, there, r)
		if err != nil {
			fmt.Fprintf(progress, "%s at %s: %v\n", r.id, commit, err)
			before = "none"
		}
		now, err := measuredIn(ctx, here, r)
		if err != nil {
			return fmt.Errorf("row %s: %w", r.id, err)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", r.id, r.what, strings.TrimSpace(before), now)
	}
	return nil
}

// measuredIn measures a row in a tree: every row's command is of the folder that it is called in.
func measuredIn(ctx context.Context, tree string, r row) (string, error) {
	if err := os.Chdir(tree); err != nil {
		return "", err
	}
	return r.measure(ctx)
}
