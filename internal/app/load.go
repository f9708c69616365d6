package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"konklave/internal/config"
)

// defaultFile is read when it exists and no other file is named.
const defaultFile = "konklave.yaml"

// mostConfig bounds the configuration file, in case a wrong path leads to something huge.
const mostConfig = 1 << 20

// ConfigFile is the file to read: the one that is named, else that of the working directory, else that of the package
// which the program came in. Empty: there may be one in the working directory.
func ConfigFile(named, packaged string) string {
	if named != "" || packaged == "" {
		return named
	}
	if _, err := os.Stat(defaultFile); err == nil {
		return ""
	}
	return packaged
}

// LoadConfig reads the file, if any, and the environment, and puts the flags over them. An empty path means
// konklave.yaml in the working directory, which may be missing.
func LoadConfig(path string, flags config.Flags) (config.Config, error) {
	src := config.Sources{FileName: path, Env: environment(), Flags: flags.Given()}
	if path == "" {
		src.FileName = defaultFile
	}
	file, err := readFile(src.FileName)
	switch {
	case err == nil:
		src.File = file
	case path == "" && errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, fs.ErrPermission):
		return config.Config{}, fmt.Errorf("the configuration file %s cannot be read: %w: run it as root or with sudo", src.FileName, cause(err))
	default:
		return config.Config{}, fmt.Errorf("the configuration file %s cannot be read: %w", src.FileName, cause(err))
	}
	cfg, err := config.Load(src)
	var faults config.Faults
	if errors.As(err, &faults) && len(faults) > 1 {
		return cfg, fmt.Errorf("the configuration has %d faults:\n%w", len(faults), err)
	}
	return cfg, err
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostConfig+1))
	if err == nil && len(data) > mostConfig {
		err = fmt.Errorf("it is larger than %d bytes", mostConfig)
	}
	return data, err
}

func environment() map[string]string {
	env := map[string]string{}
	for _, pair := range os.Environ() {
		if name, text, ok := strings.Cut(pair, "="); ok {
			env[name] = text
		}
	}
	return env
}

// Version is what the build linked in, else what the Go command noted when it built without being told.
func Version(linked string) string {
	if linked != "" {
		return linked
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

func newLogger(cfg config.Log, to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.SlogLevel()}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
