package firmware

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

func TestALevelIsTakenWhileTheKioskRunsAndOtherKeysAreNamed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "kiosk.toml")
	const text = "version = 1\nkiosk = {data = \"data\"}\nscreen = {panel = \"10.1\"}\nreader = {port = \"p\", baud = 115200}\ncards = {authorities = [\"ca\"]}\n" +
		"authority = {url = \"https://a\", roots = \"r\", certificate = \"c\", key = \"k\", code_key = \"x\", records_key = \"y\"}\n"
	put := func(text string) {
		must.OK(t, os.WriteFile(name, []byte(text), 0o600))
	}
	put(text)
	cfg, err := config.Load(name)
	must.OK(t, err)
	var out bytes.Buffer
	log, level := Logger(&out, cfg.Log)
	debugs := func() bool {
		out.Reset()
		log.Debug("seen")
		return out.Len() > 0
	}
	if debugs() {
		t.Error("debug before it was asked for")
	}
	for _, c := range []struct {
		text, says string
		level      slog.Level
	}{
		{text + "log = {level = \"debug\"}\n", `"at the next start"=""`, slog.LevelDebug},
		{text + "log = {level = \"loud\"}\n", "level=ERROR", slog.LevelDebug}, // a mistake changes nothing
		{strings.Replace(text, "10.1", "15", 1) + "log = {json = true}\n", `"at the next start"="screen.panel log.json"`, slog.LevelInfo},
		{text, `"at the next start"=""`, slog.LevelInfo},
	} {
		put(c.text)
		out.Reset()
		reload(cfg, level, log)
		if !strings.Contains(out.String(), c.says) || level.Level() != c.level || debugs() != (c.level == slog.LevelDebug) {
			t.Errorf("level %v, and said %s", level.Level(), out.String())
		}
	}
}
