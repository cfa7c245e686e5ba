// Command dashboard draws a Grafana dashboard without Grafana: its panels, at their
// places, with what Prometheus answers to their own expressions.
//
//	go test ./cmd/authority-sandbox -run DashboardsMetrics -scrapes=/tmp/scrapes
//	go run ./cmd/proving/dashboard --scrapes /tmp/scrapes --dashboard cmd/authority-sandbox/watch/dashboard.json --out dashboard.svg
//
// The samples go through promtool into blocks, and the expressions to a real Prometheus
// over them (Debian's). What Grafana would draw otherwise (colours, legends, units) is
// not shown; that each panel's expression answers is.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
)

func main() { cli.Main(root()) }

func root() *cobra.Command {
	var scrapes, dashboard, out string
	c := &cobra.Command{Use: "dashboard", Short: "Draw a Grafana dashboard with what Prometheus answers to its expressions", Args: cobra.NoArgs,
		Example: "  dashboard --scrapes scrapes.txt --dashboard cmd/authority-sandbox/watch/dashboard.json --out dashboard.svg",
		RunE: func(c *cobra.Command, _ []string) error {
			return run(c.Context(), c.OutOrStdout(), scrapes, dashboard, out)
		}}
	c.Flags().StringVar(&scrapes, "scrapes", "", "`file` of samples, OpenMetrics")
	c.Flags().StringVar(&dashboard, "dashboard", "", "`file` of the dashboard, Grafana's JSON")
	c.Flags().StringVar(&out, "out", "dashboard.svg", "`file` for the picture, SVG")
	return c
}

// A board is what is read of Grafana's JSON.
type board struct {
	Title  string
	Panels []panel
}

type panel struct {
	Title       string
	GridPos     struct{ X, Y, W, H int } // in 24 columns
	FieldConfig struct {
		Defaults struct {
			Unit string
			Min  *float64
		}
	}
	Targets []struct{ Expr, LegendFormat string }
}

func run(ctx context.Context, w io.Writer, scrapes, dashboard, out string) error {
	text, err := os.ReadFile(dashboard)
	if err != nil {
		return err
	}
	var b board
	if err := json.Unmarshal(text, &b); err != nil {
		return fmt.Errorf("%s: %w", dashboard, err)
	}
	from, to, err := span(scrapes)
	if err != nil {
		return err
	}
	p, err := prometheusOver(ctx, scrapes)
	if err != nil {
		return err
	}
	defer p.stop()
	silent := 0
	var all [][]series
	for _, panel := range b.Panels {
		var lines []series
		for _, t := range panel.Targets {
			got, err := p.query(ctx, t.Expr, t.LegendFormat, from, to)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", panel.Title, t.Expr, err)
			}
			lines = append(lines, got...)
		}
		if len(lines) == 0 {
			silent++
			fmt.Fprintf(w, "no answer: %s\n", panel.Title)
		}
		all = append(all, lines)
	}
	if err := drawBoard(b, all, from, to, out); err != nil {
		return err
	}
	fmt.Fprintf(w, "dashboard: %d panels over %v, %d without a line\n", len(b.Panels), to.Sub(from).Round(time.Minute), silent)
	return nil
}

// span is the time of the first sample and of the last.
func span(name string) (from, to time.Time, err error) {
	f, err := os.Open(name)
	if err != nil {
		return from, to, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		l := lines.Text()
		if strings.HasPrefix(l, "#") {
			continue
		}
		sec, err := strconv.ParseInt(l[strings.LastIndexByte(l, ' ')+1:], 10, 64)
		if err != nil {
			return from, to, fmt.Errorf("%s: %q: %w", name, l, err)
		}
		if to = time.Unix(sec, 0); from.IsZero() {
			from = to
		}
	}
	return from, to, lines.Err()
}
