// Package equipped is the firmware on its window, on a machine whose sensor, disk and
// door are files: a child process for the harness. Everything else of it, doctor too,
// is what cmd/kiosk puts together. Call [Main] where the program was started as that
// child.
package equipped

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/replace"
	"multicopy.example/cmd/internal/windowed"
)

// Command is the argument that makes a program this child; the machine's folder
// follows it.
const Command = "equipped-kiosk"

// DoorLine is the name of the door's GPIO line.
const DoorLine = "EQUIPPED_DOOR"

// A Machine is a folder with what the firmware measures.
type Machine string

const sensor = "class/thermal/thermal_zone0/temp"

// Make writes a machine of which nothing is the matter.
func (m Machine) Make() error {
	if err := os.MkdirAll(filepath.Dir(filepath.Join(string(m), "sys", sensor)), 0o700); err != nil {
		return err
	}
	for _, err := range []error{m.Warm(45_000), m.Free(1 << 30), m.Door(false)} {
		if err != nil {
			return err
		}
	}
	return nil
}

// Warm sets its temperature, in thousandths of a degree.
func (m Machine) Warm(milli int) error {
	return m.write(filepath.Join("sys", sensor), strconv.Itoa(milli))
}

// Free sets how many bytes its disk has free.
func (m Machine) Free(bytes int) error { return m.write("free", strconv.Itoa(bytes)) }

// Door opens or shuts its door.
func (m Machine) Door(open bool) error { return m.write("door", strconv.FormatBool(open)) }

func (m Machine) write(name, text string) error {
	return replace.File{Name: filepath.Join(string(m), name), Mode: 0o600}.Loose([]byte(text + "\n"))
}

func (m Machine) read(name string) (string, error) {
	b, err := fs.ReadFile(os.DirFS(string(m)), name)
	return strings.TrimSpace(string(b)), err
}

// host is the machine as the firmware measures it.
func (m Machine) host() measure.Host {
	h := measure.Here()
	h.Sys = os.DirFS(filepath.Join(string(m), "sys"))
	h.Free = func(string) (uint64, error) {
		text, err := m.read("free")
		if err != nil {
			return 0, err
		}
		return strconv.ParseUint(text, 10, 64)
	}
	return h
}

// A line is high while the door is open.
type line struct {
	gpio.PinIO // for what is not asked of an input
	m          Machine
}

// Name is pin.Pin's.
func (l *line) Name() string { return DoorLine }

// String is conn.Resource's.
func (l *line) String() string { return DoorLine }

// Number is pin.Pin's: it has none.
func (l *line) Number() int { return -1 }

// In is gpio.PinIn's.
func (l *line) In(gpio.Pull, gpio.Edge) error { return nil }

// Read is gpio.PinIn's.
func (l *line) Read() gpio.Level {
	text, err := l.m.read("door")
	return err != nil || text == "true"
}

// Args are the arguments of the child, before those that cmd/kiosk has.
func (m Machine) Args() []string { return []string{Command, string(m)} }

// Main is the child's main function, where the process was started as it; else it
// returns.
func Main() {
	if len(os.Args) < 3 || os.Args[1] != Command {
		return
	}
	m := Machine(os.Args[2])
	if err := gpioreg.Register(&line{gpio.INVALID, m}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(cli.Failed)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	root := command(m.host())
	root.SetArgs(os.Args[3:])
	status := cli.Report(os.Stderr, root, root.ExecuteContext(ctx))
	stop()
	os.Exit(status)
}

func command(host measure.Host) *cobra.Command {
	var file string
	root := &cobra.Command{Use: Command, Args: cobra.NoArgs, SilenceErrors: true, SilenceUsage: true, RunE: func(c *cobra.Command, _ []string) error {
		return windowed.Serve(c.Context(), file, host, func(err error) int { return cli.Report(os.Stderr, c, err) })
	}}
	doctor := &cobra.Command{Use: "doctor", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		r, err := firmware.Doctor(c.Context(), file, host, firmware.Tries{}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return cli.PrintJSON(os.Stdout, r)
	}}
	doctor.Flags().Bool("json", true, "as cmd/kiosk has it")
	root.PersistentFlags().StringVar(&file, "config", "", "the configuration `file`")
	root.AddCommand(doctor)
	return root
}
