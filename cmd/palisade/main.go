// Command palisade builds, guards and proves private, keyless, least-privilege
// Azure OpenAI.
package main

import (
	"context"
	"os"
	"os/signal"

	"palisade/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
