package metrics

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/net/netutil"
)

// most is how many scrapers may be connected; one that says or reads nothing is closed
// after bound.
const (
	most  = 8
	bound = 5 * time.Second
)

// Serve hands out the page at a local socket until ctx ends: GET /metrics, for processes
// of the file's group. A socket that a run before has left is replaced, and no
// other file.
func Serve(ctx context.Context, socket string, page func() []byte, log *slog.Logger) error {
	if i, err := os.Lstat(socket); err == nil && i.Mode()&fs.ModeSocket == 0 {
		return fmt.Errorf("%s is there and is no socket", socket)
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	if err := os.Chmod(socket, 0o660); err != nil {
		return errors.Join(err, l.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Write(page()) //nolint:errcheck // the scraper went away
	})
	server := &http.Server{Handler: mux, ReadTimeout: bound, WriteTimeout: bound, IdleTimeout: bound, MaxHeaderBytes: 4 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	ended := context.AfterFunc(ctx, func() { server.Close() }) //nolint:errcheck // its listener is closed
	defer ended()
	if err := server.Serve(netutil.LimitListener(l, most)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
