package firmware

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"multicopy.example/kiosk/config"
)

// Reload reads the configuration's file anew at each SIGHUP until ctx ends, and takes what
// can change while a kiosk runs: the level of the log. Anything else that has changed
// is named in the log and waits for the next start; a file with a mistake changes nothing.
func Reload(ctx context.Context, cfg config.Config, level *slog.LevelVar, log *slog.Logger) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hup)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hup:
				reload(cfg, level, log)
			}
		}
	}()
}

// reload compares with what the kiosk was started with: what waits for the next start
// is named each time.
func reload(cfg config.Config, level *slog.LevelVar, log *slog.Logger) {
	now, err := config.Load(cfg.File)
	if err != nil {
		log.Error("the configuration is not taken", "err", err)
		return
	}
	changed, err := config.Changed(cfg, now)
	if err != nil {
		log.Error("the configuration is not taken", "err", err)
		return
	}
	var later []string
	for _, k := range changed {
		if !k.Reload {
			later = append(later, k.Name)
		}
	}
	level.Set(now.Log.Level)
	log.Warn("the configuration was read anew", "level", now.Log.Level, "at the next start", strings.Join(later, " "))
}
