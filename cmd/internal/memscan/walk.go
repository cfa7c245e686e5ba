package memscan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// Bounds of one walk.
const (
	chunk  = 4 << 20 // bytes that a window advances
	margin = 128     // bytes of the neighbours: longer than any pattern with what is looked at beside it
	total  = 16 << 30
)

// A window is a part of a region. Only what begins in bytes[from:to] is its
// own; the rest is there for what crosses its edge.
type window struct {
	region   Region
	at       uint64 // address of bytes[0]
	bytes    []byte
	from, to int
}

// walk stops the process and shows every readable byte of it.
func walk(ctx context.Context, pid int, r *Report, see func(window)) (err error) {
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return fmt.Errorf("memory of process %d: %w (this needs root)", pid, err)
	}
	defer mem.Close()
	if err := stop(ctx, pid); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, syscall.Kill(pid, syscall.SIGCONT)) }()
	all, err := regions(pid)
	if err != nil {
		return err
	}
	buffer := make([]byte, chunk+2*margin)
	defer clear(buffer)
	for _, region := range all {
		if !region.searched() {
			continue
		}
		r.Regions++
		if err := walkRegion(ctx, mem, region, buffer, r, see); err != nil {
			return fmt.Errorf("memory of process %d: %w", pid, err)
		}
	}
	return nil
}

func walkRegion(ctx context.Context, mem *os.File, region Region, buffer []byte, r *Report, see func(window)) error {
	for pos := region.From; pos < region.To; pos += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		low := max(region.From, pos-min(pos, margin))
		end := min(region.To, pos+chunk)
		high := min(region.To, end+margin)
		b := buffer[:high-low]
		// ReadAt answers an error for every byte that it could not read.
		if _, err := mem.ReadAt(b, int64(low)); err != nil {
			return fmt.Errorf("%s cannot be read at %x: %w", region, low, err)
		}
		if r.Bytes += end - pos; r.Bytes > total {
			return fmt.Errorf("more than %d bytes", uint64(total))
		}
		see(window{region, low, b, int(pos - low), int(end - low)})
	}
	return nil
}

// stop sends SIGSTOP and returns when every thread has stopped: until then a
// thread may still write.
func stop(ctx context.Context, pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("stop process %d: %w", pid, err)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		still, err := stopped(pid)
		if err == nil && still {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			err = errors.Join(err, ctx.Err())
		}
		if err != nil {
			return errors.Join(fmt.Errorf("stop process %d: %w", pid, err), syscall.Kill(pid, syscall.SIGCONT))
		}
	}
}

func stopped(pid int) (bool, error) {
	dir := fmt.Sprintf("/proc/%d/task", pid)
	tasks, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	for _, task := range tasks {
		stat, err := os.ReadFile(dir + "/" + task.Name() + "/stat")
		if errors.Is(err, os.ErrNotExist) {
			continue // the thread has ended
		}
		if err != nil {
			return false, err
		}
		// The name of a thread stands in parentheses and may hold anything.
		_, state, ok := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
		if !ok || (state[0] != 'T' && state[0] != 'Z' && state[0] != 'X') {
			return false, nil
		}
	}
	return true, nil
}
