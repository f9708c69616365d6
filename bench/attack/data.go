package attack

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/datachannel"
	"google.golang.org/protobuf/proto"

	"konklave/bench/load"
	"konklave/internal/signal/lkpb"
)

// floodOfData has four participants send data to everybody in the call, as fast as their channels take them.
func floodOfData(ctx context.Context, t Target) (string, error) {
	var all sync.WaitGroup
	var sent atomic.Int64
	for i := range 4 {
		all.Go(func() {
			c, err := t.join(ctx, t.Room, name(i), true, nil)
			if err != nil {
				return
			}
			defer c.Close()
			sent.Add(int64(talk(ctx, t, c, i)))
		})
	}
	all.Wait()
	return fmt.Sprintf("%d messages", sent.Load()), nil
}

// talk writes until the context ends or the channel does.
func talk(ctx context.Context, t Target, c *load.Client, i int) int {
	label, size := [...]string{"_lossy", "_reliable"}[i%2], [...]int{20, 10_000}[i/2]
	channel, err := channelOf(ctx, c, label)
	if err != nil {
		return 0
	}
	// Whoever waits for room waits for ever, so the end closes it.
	stop := context.AfterFunc(ctx, func() { _ = channel.Close() })
	defer stop()
	return t.pace(ctx, 100_000, func(int) error { // which no channel reaches
		for channel.BufferedAmount() > 1<<20 {
			if !pause(ctx, time.Millisecond) {
				return ctx.Err()
			}
		}
		message, err := proto.Marshal(&lkpb.DataPacket{Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{Payload: randomBytes(size)}}})
		if err == nil {
			_, err = channel.WriteDataChannel(message, false)
		}
		return err
	})
}

// channelOf opens one more channel of a label, when the client has an association.
func channelOf(ctx context.Context, c *load.Client, label string) (*datachannel.DataChannel, error) {
	for {
		channel, err := c.Dial(label, 8)
		if err == nil || !pause(ctx, 5*time.Millisecond) {
			return channel, err
		}
	}
}
