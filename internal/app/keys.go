package app

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"konklave/internal/config"
	"konklave/internal/pii"
)

// keyFile holds the pair that was made at first start, as one line "key: secret".
const keyFile = "api-key"

// apiKeys gives the configured keys, else the pair of the data directory, which it makes at first start.
func apiKeys(cfg config.Config, dir string, log *slog.Logger) (config.Keys, error) {
	if len(cfg.APIKeys) > 0 {
		// RFC 7518 section 3.2 wants a key as long as the hash for HS256.
		const long = 32
		for key, secret := range cfg.APIKeys {
			if len(secret.Reveal()) < long && !cfg.Dev {
				log.Warn("the secret of an API key is short and may be guessed", "key", key, "characters", len(secret.Reveal()), "wanted", long)
			}
		}
		return cfg.APIKeys, nil
	}
	keys, err := readKeyFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = makeKeyFile(dir)
		if err == nil {
			log.Info("made an API key, as none is configured", "file", filepath.Join(dir, keyFile))
		}
	}
	return keys, err
}

// Effective is the configuration as `konklave config` prints it: that of config, and where the pair of keys is when it
// is not configured.
func Effective(cfg config.Config) string {
	if len(cfg.APIKeys) > 0 {
		return cfg.Effective(nil)
	}
	path := filepath.Join(cfg.DataDir, keyFile)
	remark := "none is configured: the server makes a pair at its start and keeps it in " + path
	if _, err := os.Stat(path); err == nil {
		remark = "none is configured: the pair that is kept in " + path + " is used"
	}
	return cfg.Effective(map[string]string{"api_keys": remark})
}

func readKeyFile(dir string) (config.Keys, error) {
	path := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the API key of the data directory: %w", err)
	}
	key, secret, ok := strings.Cut(strings.TrimSpace(string(text)), ": ")
	if !ok || key == "" || secret == "" {
		return nil, fmt.Errorf("%s does not hold one line \"key: secret\": correct it, or delete it to get a new pair", path)
	}
	return config.Keys{key: pii.Token(secret)}, nil
}

// makeKeyFile writes to a temporary file first, so that a crash leaves no half key.
func makeKeyFile(dir string) (config.Keys, error) {
	key, secret := "API"+rand.Text()[:12], rand.Text()+rand.Text()
	temporary, err := os.CreateTemp(dir, keyFile+"-*") // made with mode 0600
	if err != nil {
		return nil, fmt.Errorf("making an API key: %w", err)
	}
	defer os.Remove(temporary.Name()) // after the rename there is nothing to remove
	_, err = temporary.WriteString(key + ": " + secret + "\n")
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), filepath.Join(dir, keyFile))
	}
	if err != nil {
		return nil, fmt.Errorf("keeping the API key: %w", err)
	}
	return config.Keys{key: pii.Token(secret)}, nil
}

// webhookKey gives the key that signs webhooks: the one that is named, or the only one.
func webhookKey(named string, keys config.Keys) (string, pii.Token, error) {
	if named == "" && len(keys) == 1 {
		for key, secret := range keys {
			return key, secret, nil
		}
	}
	secret, ok := keys[named]
	if !ok {
		return "", "", errors.New("webhook.api_key names none of the API keys")
	}
	return named, secret, nil
}
