// Tries nats.go against the servers that the environment names; the lines are those of client.mjs.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

var (
	addressA, addressB = os.Getenv("A"), os.Getenv("B")
	a, b               *nats.Conn
)

func step(title string, run func() error) {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		if err == nil {
			fmt.Println("ok " + title)
		} else {
			fmt.Printf("failed %s: %v\n", title, err)
		}
	case <-time.After(20 * time.Second):
		fmt.Printf("failed %s: no end within 20 s\n", title)
	}
}

// untilHeard publishes until somebody has heard it: interest takes a moment to the other server.
func untilHeard(publish func() error, heard chan *nats.Msg, limit time.Duration) (*nats.Msg, error) {
	end := time.After(limit)
	for {
		if err := publish(); err != nil {
			return nil, err
		}
		select {
		case message := <-heard:
			return message, nil
		case <-end:
			return nil, errors.New("nothing was heard")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func listen(connection *nats.Conn, subject string) (chan *nats.Msg, error) {
	heard := make(chan *nats.Msg, 1024)
	if _, err := connection.ChanSubscribe(subject, heard); err != nil {
		return nil, err
	}
	return heard, connection.Flush()
}

func connect() (err error) {
	if a, err = nats.Connect(addressA, nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond)); err != nil {
		return err
	}
	b, err = nats.Connect(addressB)
	return err
}

func plain() error {
	heard, err := listen(b, "plain.*")
	if err != nil {
		return err
	}
	message, err := untilHeard(func() error { return a.Publish("plain.x", []byte("hello")) }, heard, 5*time.Second)
	if err == nil && string(message.Data) != "hello" {
		err = errors.New("it is another message")
	}
	return err
}

func request() error {
	_, err := b.Subscribe("service", func(message *nats.Msg) { message.Respond(append([]byte("re "), message.Data...)) })
	if err != nil {
		return err
	}
	b.Flush()
	time.Sleep(300 * time.Millisecond)
	answer, err := a.Request("service", []byte("q"), 3*time.Second)
	if err != nil {
		return err
	}
	if string(answer.Data) != "re q" {
		return errors.New("it is another answer")
	}
	if _, err = a.Request("nobody", nil, 3*time.Second); !errors.Is(err, nats.ErrNoResponders) {
		return fmt.Errorf("without a responder it is not told: %v", err)
	}
	return nil
}

func queue() error {
	var count atomic.Int64
	for _, connection := range []*nats.Conn{a, b} {
		if _, err := connection.QueueSubscribe("work", "q", func(*nats.Msg) { count.Add(1) }); err != nil {
			return err
		}
		connection.Flush()
	}
	time.Sleep(300 * time.Millisecond)
	for i := 0; i < 100; i++ {
		a.Publish("work", nil)
	}
	a.Flush()
	time.Sleep(500 * time.Millisecond)
	if count.Load() != 100 {
		return fmt.Errorf("%d of 100 were taken", count.Load())
	}
	return nil
}

func headers() error {
	heard, err := listen(b, "headed")
	if err != nil {
		return err
	}
	message, err := untilHeard(func() error {
		headed := nats.NewMsg("headed")
		headed.Header.Set("Key", "value")
		return a.PublishMsg(headed)
	}, heard, 5*time.Second)
	if err == nil && message.Header.Get("Key") != "value" {
		err = errors.New("the header did not arrive")
	}
	return err
}

func reconnect() error {
	heard, err := listen(a, "after")
	if err != nil {
		return err
	}
	fmt.Println("restart")
	time.Sleep(time.Second)
	_, err = untilHeard(func() error { return b.Publish("after", nil) }, heard, 10*time.Second)
	if err == nil && strings.HasSuffix(a.ConnectedUrl(), addressA) {
		err = errors.New("it is at the server that has ended")
	}
	return err
}

func secure() error {
	secured, err := nats.Connect("tls://"+os.Getenv("TLS"), nats.RootCAs(os.Getenv("CA")))
	if err != nil {
		return err
	}
	defer secured.Close()
	heard, err := listen(secured, "secret")
	if err != nil {
		return err
	}
	_, err = untilHeard(func() error { return secured.Publish("secret", nil) }, heard, 5*time.Second)
	return err
}

func main() {
	step("connect", connect)
	if b == nil {
		return
	}
	step("publish and subscribe", plain)
	step("request", request)
	step("queue", queue)
	step("headers", headers)
	step("reconnect", reconnect)
	step("TLS", secure)
}
