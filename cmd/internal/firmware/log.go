package firmware

import (
	"crypto/x509"
	"io"
	"log/slog"
	"os"
	"runtime"

	"multicopy.example/cmd/internal/version"
	"multicopy.example/kiosk/config"
)

// Logger is the log as the configuration wants it, and the level that it may be given
// later.
func Logger(to io.Writer, cfg config.Log) (*slog.Logger, *slog.LevelVar) {
	level := new(slog.LevelVar)
	level.Set(cfg.Level)
	options := &slog.HandlerOptions{Level: level}
	if cfg.JSON {
		return slog.New(slog.NewJSONHandler(to, options)), level
	}
	return slog.New(slog.NewTextHandler(to, options)), level
}

// begin is the first line of every log: whose it is, and of which source.
func begin(log *slog.Logger, own *x509.Certificate) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	log.Info("start", "kiosk", own.Subject.CommonName, "version", version.String(), "machine", host,
		"system", runtime.GOOS+"/"+runtime.GOARCH)
}
