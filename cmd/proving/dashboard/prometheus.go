package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness/network"
)

// prometheus is one that runs over a folder of blocks.
type prometheus struct {
	address, dir string
	cmd          *exec.Cmd
}

// limit of each step of the other programs.
const limit = 2 * time.Minute

func prometheusOver(ctx context.Context, scrapes string) (p *prometheus, err error) {
	dir, err := os.MkdirTemp("", "prometheus")
	if err != nil {
		return nil, err
	}
	p = &prometheus{dir: dir}
	defer func() {
		if err != nil {
			p.stop()
		}
	}()
	data := filepath.Join(dir, "data")
	if out, err := exec.CommandContext(ctx, "promtool", "tsdb", "create-blocks-from", "openmetrics", scrapes, data).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("promtool (make watch installs it): %w: %s", err, out)
	}
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, nil, 0o644); err != nil { // it scrapes nothing itself
		return nil, err
	}
	if p.address, err = network.Address(); err != nil {
		return nil, err
	}
	p.cmd = exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+data, "--storage.tsdb.retention.time=100y",
		"--web.listen-address="+p.address, "--log.level=error")
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		r, err := http.Get("http://" + p.address + "/-/ready")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return p, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(errors.New("prometheus is not ready"), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p *prometheus) stop() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait() // it says that it was killed
	}
	_ = os.RemoveAll(p.dir)
}

// series is one line of a panel.
type series struct {
	name   string
	at     []time.Time
	values []float64
}

// query is what a range of one expression answers, a value a minute.
func (p *prometheus) query(ctx context.Context, expr, legend string, from, to time.Time) (all []series, err error) {
	q := url.Values{"query": {expr}, "start": {strconv.FormatInt(from.Unix(), 10)}, "end": {strconv.FormatInt(to.Unix(), 10)}, "step": {"60"}}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/api/v1/query_range?"+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	r, err := http.DefaultClient.Do(ask)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	var got struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Values [][2]json.RawMessage
			}
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		return nil, err
	}
	if got.Status != "success" {
		return nil, errors.New(got.Error)
	}
	for _, one := range got.Data.Result {
		s := series{name: legend}
		for k, v := range one.Metric {
			s.name = strings.ReplaceAll(s.name, "{{"+k+"}}", v)
		}
		for _, v := range one.Values {
			sec, err := strconv.ParseFloat(string(v[0]), 64)
			if err != nil {
				return nil, err
			}
			value, err := strconv.ParseFloat(strings.Trim(string(v[1]), `"`), 64)
			if err != nil {
				return nil, err
			}
			if value == value { // NaN: a quantile of nothing
				s.at, s.values = append(s.at, time.Unix(int64(sec), 0)), append(s.values, value)
			}
		}
		if len(s.at) > 0 {
			all = append(all, s)
		}
	}
	return all, nil
}
