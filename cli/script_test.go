package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"palisade/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"palisade": func() {
			if day, err := time.Parse(time.DateOnly, os.Getenv("TODAY")); err == nil {
				cli.StopClock(day)
			}
			os.Exit(cli.Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the real program on what people give it. $EXAMPLES is the
// folder of the samples that the project ships; a script that sets $TODAY runs
// on that day.
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs("../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": exitCode, "bigfile": bigFile,
		},
	})
}

// exitCode is "exit N command…": the command ends with exactly that code.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit N command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// bigFile is "bigfile name megabytes": a file that is too large to be read.
func bigFile(ts *testscript.TestScript, neg bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteString(`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"`)
	ts.Check(err)
	ts.Check(f.Truncate(200 << 20))
}
