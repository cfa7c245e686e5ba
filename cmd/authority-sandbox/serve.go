package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/town"
)

// before stands in front of the kiosks' line and holds each message both ways
// against the contract: the program says which are outside, the tests fail.
type before func(http.Handler) http.Handler

// listenAndServe serves both addresses until ctx ends, then lets requests that
// have begun finish.
func listenAndServe(ctx context.Context, t *town.Town, listen, app string, now func() time.Time, log *slog.Logger, front before, tell func(ready) error) error {
	lineAt, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	appAt, err := server.ListenLoopback(app)
	if err != nil {
		lineAt.Close()
		return err
	}
	line, back := server.Line(t.Service, t.Server, t.Kiosks, now, log), server.App(t.Service)
	trouble := new(server.Trouble)
	trouble.Offer(back)
	trouble.Meet(line)
	if front != nil {
		line.Handler = front(line.Handler)
	}
	ended := make(chan error, 2)
	go func() { ended <- line.ServeTLS(lineAt, "", "") }()
	go func() { ended <- back.Serve(appAt) }()
	err = tell(ready{Listen: lineAt.Addr().String(), App: appAt.Addr().String()})
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-ended:
			ended <- err
		}
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, line.Shutdown(late), back.Shutdown(late))
	for range 2 {
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}
