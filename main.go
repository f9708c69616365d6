// Konklave is a video conferencing server: media server, meeting service and web client in one program. This file reads
// the command line; internal/app builds and runs the rest.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"konklave/internal/app"
	"konklave/internal/capacity"
	"konklave/internal/config"
)

// Set by the linker: see Makefile.
var (
	version    string
	configFile string // of a package: read when no other is named and none is in the working directory
)

// commands is the command line. The settings come beside it as flags: see config.Flags.
type commands struct {
	File    string   `name:"config" env:"KONKLAVE_CONFIG" placeholder:"FILE" help:"Configuration file. Default: konklave.yaml when there is one."`
	Serve   struct{} `cmd:"" default:"1" help:"Run the server. This is what happens without a command."`
	Config  struct{} `cmd:"" help:"Print the configuration in effect, without secrets."`
	Help    struct{} `cmd:"" help:"Print this, or what a command takes."` // see prepare
	Version struct{} `cmd:"" help:"Print the version."`
	Which   bool     `name:"version" help:"Print the version."`
	Token   struct {
		Create app.TokenRequest `cmd:"" help:"Make an access token for a LiveKit client."`
	} `cmd:"" help:"Access tokens."`
	Backup  app.BackupRequest  `cmd:"" help:"Write what the server keeps to a file, also while it runs."`
	Restore app.RestoreRequest `cmd:"" help:"Bring the data directory back to such a file. No server may use it."`
	Drain   app.DrainRequest   `cmd:"" help:"Have the running server start no meeting any more and end when everybody has left."`
	Health  struct{}           `cmd:"" help:"Tell whether the running server is well."`
	QR      app.QRRequest      `cmd:"" name:"qr" help:"Print the server's address as a QR code."`
	Bench   capacity.Options   `cmd:"" help:"Find out how many people this machine carries, on loopback."`
	Admin   app.AdminRequest   `cmd:"" help:"Accounts, and the trail of what administrators did."`
	Ampel   app.AmpelRequest   `cmd:"" help:"Rate video conferencing services by their data protection: a traffic light with reasons."`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "konklave: "+strings.ReplaceAll(err.Error(), "\n", "\n  "))
		os.Exit(1)
	}
}

func run(args []string) error {
	var cli commands
	flags := config.NewFlags()
	parser, err := kong.New(&cli, kong.Name("konklave"), kong.Embed(flags.Struct()),
		kong.Description("Video meetings whose privacy you can check."))
	if err != nil {
		return err
	}
	command, err := parser.Parse(prepare(args))
	if err != nil {
		return plainly(err)
	}
	if cli.Which || command.Command() == "version" {
		_, err := fmt.Println("konklave " + app.Version(version))
		return err
	}
	if strings.HasPrefix(command.Command(), "ampel ") {
		return app.Ampel(command.Command(), cli.Ampel, time.Now(), os.Stdout)
	}
	load := func() (config.Config, error) { return app.LoadConfig(app.ConfigFile(cli.File, configFile), flags) }
	cfg, err := load()
	if err != nil {
		return err
	}
	if strings.HasPrefix(command.Command(), "admin ") {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
		defer stop()
		return app.Admin(ctx, cfg, command.Command(), cli.Admin, os.Stdin, os.Stdout)
	}
	switch command.Command() {
	case "config":
		_, err := fmt.Print(app.Effective(cfg))
		return err
	case "token create":
		text, err := app.CreateToken(cfg, cli.Token.Create, time.Now())
		if err == nil {
			fmt.Println(text)
		}
		return err
	case "bench":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
		defer stop()
		return capacity.Run(ctx, cli.Bench, os.Stdout)
	case "backup <file>":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
		defer stop()
		return app.Backup(ctx, cfg, cli.Backup, app.Version(version), os.Stdout, os.Stderr)
	case "restore <file>":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
		defer stop()
		return app.Restore(ctx, cfg, cli.Restore, os.Stdin, os.Stderr)
	case "health":
		return app.Health(context.Background(), cfg, os.Stdout)
	case "qr", "qr <address>":
		return app.QR(cfg, cli.QR, os.Stdout)
	case "drain":
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
		defer stop()
		return app.Drain(ctx, cfg, cli.Drain, os.Stdout)
	default:
		ctx, asked, stop := app.Signals(context.Background(), cfg.Drain > 0)
		defer stop()
		app.KeepMemorySmall()
		return app.Serve(ctx, asked, load, cfg, os.Stdout, os.Stderr)
	}
}
