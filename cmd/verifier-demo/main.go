// Command verifier-demo is a bank and its platform, two programs that the authority does not trust, and the program that
// holds a person's card. They speak the authority's verifier line (cmd/authority-sandbox/verifier.yaml) as those of another
// maker would, and no part of them is the authority's.
//
// run starts all of them, and a page that shows side by side what each knows. Read internal/bank first,
// then internal/platform.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
)

func main() {
	harness.Reexec() // as the firmware without a window, of the last act
	cli.Main(root())
}

func root() *cobra.Command {
	c := &cobra.Command{Use: "verifier-demo", Short: "A bank and its platform, as clients of the authority"}
	c.AddCommand(runCommand(), setUpCommand(), platformCommand(), bankCommand(), cardCommand())
	return c
}

// named makes a flag that has to be given.
func named(c *cobra.Command, to *string, flag, about string) {
	c.Flags().StringVar(to, flag, "", about)
	if err := c.MarkFlagRequired(flag); err != nil {
		panic(err) // there is no such flag
	}
}

// served is what a program serves.
type served struct {
	listen string
	ahead  time.Duration
}

func (s *served) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to serve at, on loopback")
	c.Flags().DurationVar(&s.ahead, "ahead", 0, "how far its clock is ahead of this machine's")
}

func (s *served) now() time.Time { return time.Now().Add(s.ahead) }

// ready is the line that a program prints when it serves.
type ready struct {
	Listen string `json:"listen"`
}

var errLoopback = errors.New("--listen: a demo serves on loopback alone")

// serve until ctx ends.
func (s *served) serve(ctx context.Context, out io.Writer, handler http.Handler, log *slog.Logger) error {
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}
	if at, ok := l.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		return errors.Join(errLoopback, l.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	if err := json.NewEncoder(out).Encode(ready{l.Addr().String()}); err != nil {
		return errors.Join(err, l.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(late); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
