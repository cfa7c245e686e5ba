package server

import (
	"log/slog"
	"net"
	"net/http"
	"time"
)

// openStatus is how many connections who asks for the status of certificates may have open, all
// together: there is nothing to tell them apart by. Beyond that the oldest
// without a request is closed.
const openStatus = 1024

// Status serves who relies on certificates. It is open to all, so its bounds are narrow:
// no request has more than a few kilobytes, and none waits for anything but the store.
func Status(h http.Handler, logger *slog.Logger) *http.Server {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second,
		WriteTimeout: time.Minute, // a list of a large municipality on a slow line
		IdleTimeout:  30 * time.Second, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn)}
	bound(server, openStatus, func(net.Conn) string { return "" })
	return server
}
