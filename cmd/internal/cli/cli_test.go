package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func tree() *cobra.Command {
	root := &cobra.Command{Use: "prog", Short: "does things"}
	group := &cobra.Command{Use: "group", Short: "has others"}
	do := &cobra.Command{Use: "do", Short: "does one thing", Example: "  prog group do --dir D", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch dir, _ := c.Flags().GetString("dir"); dir {
			case "bad":
				return errors.New("it broke")
			case "wrong":
				return Usage("not that folder")
			}
			c.Println("done")
			return nil
		}}
	do.Flags().String("dir", "", "folder")
	if err := do.MarkFlagRequired("dir"); err != nil {
		panic(err)
	}
	group.AddCommand(do)
	root.AddCommand(group)
	return root
}

func TestRunEndsWithZeroOneOrTwo(t *testing.T) {
	for args, want := range map[string]struct {
		status    int
		out, errs string
	}{
		"group do --dir D":     {Done, "done\n", ""},
		"group do --dir bad":   {Failed, "", "prog: it broke\n"},
		"group do --dir wrong": {WrongUse, "", "prog: not that folder; see prog group do -h\n"},
		"group do":             {WrongUse, "", "prog: required flag(s) \"dir\" not set; see prog group do -h\n"},
		"group do --dir D x":   {WrongUse, "", "prog: unknown command \"x\" for \"prog group do\"; see prog group do -h\n"},
		"group do --what":      {WrongUse, "", "prog: unknown flag: --what; see prog group do -h\n"},
		"group":                {WrongUse, "", "prog: which command: do; see prog group -h\n"},
		"group dance":          {WrongUse, "", "prog: unknown command \"dance\"; see prog group -h\n"},
		"dance":                {WrongUse, "", "prog: unknown command \"dance\"; see prog -h\n"},
	} {
		var out, errs bytes.Buffer
		status := Run(t.Context(), tree(), strings.Fields(args), &out, &errs)
		if status != want.status || out.String() != want.out || errs.String() != want.errs {
			t.Errorf("%s: %d, %q, %q", args, status, out.String(), errs.String())
		}
	}
}

func TestRunPrintsHelpVersionAndCompletion(t *testing.T) {
	for args, want := range map[string]string{"-h": "does things", "group do -h": "prog group do --dir D", "--version": "prog ",
		"completion bash": "bash completion", "help group": "has others"} {
		var out, errs bytes.Buffer
		status := Run(context.Background(), tree(), strings.Fields(args), &out, &errs)
		if status != Done || !strings.Contains(out.String(), want) || errs.Len() > 0 {
			t.Errorf("%s: %d, %.200q, %q", args, status, out.String(), errs.String())
		}
	}
}

func TestAVerdictIsTheExitStatusAndNoError(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		said   string
	}{
		{Verdict(Done), Done, ""}, {Verdict(1), 1, ""}, {Verdict(2), 2, ""},
		{errors.Join(nil, Verdict(2)), 2, ""}, {errors.Join(errors.New("no file"), Verdict(2)), 2, "prog: no file\n"},
	} {
		root := &cobra.Command{Use: "prog", RunE: func(*cobra.Command, []string) error { return c.err }}
		var out, errs bytes.Buffer
		if status := Run(t.Context(), root, nil, &out, &errs); status != c.status || errs.String() != c.said {
			t.Errorf("%v: %d, %q", c.err, status, errs.String())
		}
	}
}
