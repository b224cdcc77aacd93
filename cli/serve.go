package cli

import (
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"palisade/blueprint"
	"palisade/gateway"
	"palisade/spec"
)

var serveVerb = verb{
	name:    "serve",
	summary: "guard it: the gateway in front of the models",
	usage: `Usage: palisade serve -f palisade.yaml [flags]
       palisade serve --demo [flags]

Runs the gateway that the file describes: callers show Entra tokens, access says
who may use which model, limits are reserved before each call, and each call
leaves a record. The file is read again when it changes, or on SIGHUP; with a
mistake in it, what runs stays. SIGINT and SIGTERM stop it when running calls
have ended.

  -f, --file FILE          the palisade.yaml (default palisade.yaml)
      --check              build everything that the file asks for, and stop
      --demo               a model that repeats what it is told, and tokens to try
      --listen ADDRESS     of the demo (default 127.0.0.1:8080)
      --admin ADDRESS      of the demo, for health and metrics (default 127.0.0.1:9090)
      --log-format FORMAT  text (default) or json

Examples:
  palisade serve --demo
  palisade serve -f examples/gateway/demo.yaml --check

Exit codes: 0 stopped · 2 usage · 3 it couldn't start.
`,
	run: runServe,
}

type serveFlags struct {
	file, listen, admin, format string
	demo, check                 bool
}

func runServe(s *session, args []string) (int, error) {
	var f serveFlags
	flags := newFlags("serve")
	flags.StringVarP(&f.file, "file", "f", "palisade.yaml", "")
	flags.BoolVar(&f.demo, "demo", false, "")
	flags.BoolVar(&f.check, "check", false, "")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "")
	flags.StringVar(&f.admin, "admin", "127.0.0.1:9090", "")
	flags.StringVar(&f.format, "log-format", "text", "")
	if err := parseFlags(flags, args); err != nil {
		return exitUsage, err
	}
	if flags.NArg() > 0 {
		return exitUsage, usagef("serve takes no paths; the file is named by -f")
	}
	options := gateway.Options{Path: f.file, Log: f.logger(s), Version: version()}
	options.Upstreams.Endpoint = deployedAt
	var demo *gateway.Demo
	if f.demo {
		var err error
		if demo, err = f.newDemo(); err != nil {
			return exitFailed, err
		}
		options.Path, options.Text, options.IssuerClient = demo.Options.Path, demo.Options.Text, demo.Options.IssuerClient
	}
	return s.serve(options, demo, f.check)
}

// deployedAt is where an upstream is that the file deploys.
func deployedAt(s *spec.Spec, m *spec.Model, u *spec.Upstream) (gateway.Endpoint, error) {
	at, err := blueprint.UpstreamOf(s, m, u)
	return gateway.Endpoint(at), err
}

func (f *serveFlags) logger(s *session) *slog.Logger {
	if f.format == "json" {
		return slog.New(slog.NewJSONHandler(s.stderr, nil))
	}
	return slog.New(slog.NewTextHandler(s.stderr, nil))
}

func (f *serveFlags) newDemo() (*gateway.Demo, error) {
	folder, err := gateway.DemoFolder()
	if err != nil {
		return nil, err
	}
	return gateway.NewDemo(f.listen, f.admin, folder)
}

func (s *session) serve(o gateway.Options, demo *gateway.Demo, check bool) (int, error) {
	ballast := gateway.Ballast()
	defer runtime.KeepAlive(ballast)
	server, err := gateway.New(o)
	if err != nil {
		return exitFailed, err
	}
	if check {
		fmt.Fprintln(s.stdout, "the configuration can be served")
		return exitClean, server.Close()
	}
	if err := server.Start(); err != nil {
		server.Close()
		return exitFailed, err
	}
	if demo != nil {
		fmt.Fprint(s.stdout, demo.Explain(server.Address(demo.Listener), server.AdminAddress()))
	}
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	ctx, stop := signal.NotifyContext(s.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := server.Run(ctx, reload); err != nil {
		return exitFailed, err
	}
	return exitClean, nil
}
