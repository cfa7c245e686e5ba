package firmware

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/version"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

func TestFirstLineOfTheLogSaysWhoseItIsAndOfWhichSource(t *testing.T) {
	var log bytes.Buffer
	to, _ := Logger(&log, config.Log{JSON: true})
	begin(to, &x509.Certificate{Subject: pkix.Name{CommonName: "kiosk-0001"}})
	var line map[string]string
	must.OK(t, json.Unmarshal(log.Bytes(), &line))
	if line["msg"] != "start" || line["kiosk"] != "kiosk-0001" || line["version"] != version.String() || line["machine"] == "" || line["system"] == "" {
		t.Errorf("%v", line)
	}
}

func TestConfiguredLevelIsTheLeastThatIsWritten(t *testing.T) {
	for _, c := range []struct {
		level slog.Level
		lines int
	}{{slog.LevelDebug, 3}, {slog.LevelInfo, 2}, {slog.LevelError, 1}} {
		var out bytes.Buffer
		log, _ := Logger(&out, config.Log{Level: c.level})
		log.Debug("a redraw")
		log.Info("a place")
		log.Error("a fault")
		if n := strings.Count(out.String(), "\n"); n != c.lines {
			t.Errorf("%v: %d lines, want %d", c.level, n, c.lines)
		}
	}
}
