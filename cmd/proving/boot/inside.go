package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// lists are what is inside of a running machine, each by a command whose output is committed:
// whatever comes in is seen in a diff. Sizes and numbers that differ from start to start are cut off.
var lists = []struct{ name, command string }{
	{"mounts", `sed 's/ rw,\| ro,/&/; s/size=[0-9]*[kmg]*,\?//; s/nr_inodes=[0-9]*,\?//; s/fd=[0-9]*,//; s/pgrp=[0-9]*,//; s/pipe_ino=[0-9]*//; s/mode=[0-7]*,\?//' /proc/mounts | grep -v ' /run/credentials/' | LC_ALL=C sort`},
	{"sockets", `ss -Hltuwn | tr -s ' ' | cut -d' ' -f1,2,5 | sed 's/%[a-z0-9]*//; s/10\.0\.2\.15/ADDRESS/; s/\[fe80.*\]/[LINK]/' | LC_ALL=C sort -u`},
	{"swaps", `cat /proc/swaps`},
	{"processes", `for p in /proc/[0-9]*; do c=$(tr '\0' ' ' <$p/cmdline 2>/dev/null | cut -d' ' -f1); u=$(stat -c %U $p 2>/dev/null); [ -z "$c" ] || echo "$u $c"; done | grep -v ' \(/bin/\)\?sh$\| tr$\| cut$\| sort$\| stat$\| grep$\|(udev-worker)\|(sd-' | LC_ALL=C sort -u`},
	{"setuid", `find / -xdev -perm /6000 -type f | LC_ALL=C sort`},
	{"passwords", `awk -F: '$2 !~ /^[!*]/ {print $1}' /etc/shadow`},
	{"kernel", `for k in kernel/core_pattern fs/suid_dumpable kernel/sysrq kernel/kexec_load_disabled kernel/kptr_restrict kernel/dmesg_restrict kernel/yama/ptrace_scope kernel/unprivileged_bpf_disabled kernel/panic_on_oops; do echo "$k $(cat /proc/sys/$k)"; done; cat /sys/kernel/security/lockdown`},
	{"services", `systemctl list-units --no-legend --plain --state=running,exited --type=service,socket,path,timer | cut -d' ' -f1 | grep -v '@\|^proving' | LC_ALL=C sort`},
}

// kept waits until the machine has found its slot good, with which a start ends.
func kept(ctx context.Context, b *bench) error {
	_, err := b.until(ctx, "systemctl is-active kiosk-good", func(out string) bool { return strings.HasPrefix(strings.TrimSpace(out), "active") })
	return err
}

// closed compares the lists.
func closed(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := ready(ctx, b); err != nil {
		return nil, err
	}
	if err := kept(ctx, b); err != nil {
		return nil, err
	}
	return b.listed(ctx, "")
}

// listed compares what is inside of the machine that runs with the committed lists, or writes them anew. A machine with a screen has
// the lists of that without, but for its processes, whose list has the suffix.
func (b *bench) listed(ctx context.Context, suffix string) (saw []string, err error) {
	var wrong []error
	for _, l := range lists {
		got, err := inside(ctx, b.of, l.command)
		if err != nil {
			return saw, err
		}
		got = strings.TrimSpace(got) + "\n"
		list := l.name
		if list == "processes" {
			list += suffix
		}
		name := filepath.Join("cmd", "proving", "boot", "testdata", list+".txt")
		if b.update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				return saw, err
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			return saw, err
		}
		saw = append(saw, fmt.Sprintf("%s: %d lines", l.name, strings.Count(strings.TrimSpace(got)+"\n", "\n")))
		if string(want) != got {
			wrong = append(wrong, fmt.Errorf("%s differs from %s:\n%s", l.name, name, got))
		}
	}
	return saw, errors.Join(wrong...)
}

// readOnly tries to write where nothing may be written.
func readOnly(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := ready(ctx, b); err != nil {
		return nil, err
	}
	for _, try := range []string{
		"touch /usr/bin/x", "touch /etc/x", "mount -o remount,rw /", "echo x >/usr/bin/kiosk",
		"cp /bin/true /data/x && chmod +x /data/x && /data/x", "cp /bin/true /tmp/x && /tmp/x", "cp /bin/true /var/tmp/x && /var/tmp/x",
		"dd if=/dev/zero of=/dev/dm-0 bs=512 count=1",
	} {
		out, err := inside(ctx, b.of, "("+try+") && echo this-worked")
		if err != nil {
			return saw, err
		}
		if strings.Contains(out, "this-worked") {
			return saw, fmt.Errorf("root may %s: %s", try, out)
		}
		lines := strings.Split(strings.TrimSpace(out), "\n")
		saw = append(saw, try+": "+lines[len(lines)-1])
	}
	_, err = inside(ctx, b.of, "rm -f /data/x /tmp/x /var/tmp/x")
	return saw, err
}

// confined looks at the firmware's process.
func confined(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := ready(ctx, b); err != nil {
		return nil, err
	}
	out, err := inside(ctx, b.of, `p=$(systemctl show kiosk -p MainPID --value); grep -E '^(Uid|CapPrm|CapEff|CapBnd|NoNewPrivs|Seccomp|Seccomp_filters):' /proc/$p/status; stat -c '%U %a' /var/lib/kiosk /data/etc; grep 'core file' /proc/$p/limits`)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		saw = append(saw, strings.Join(strings.Fields(line), " "))
	}
	all := strings.Join(saw, "\n")
	for _, want := range []string{"CapPrm: 0000000000000000", "CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2", "kiosk 700", "root 755", "Max core file size 0 0 bytes"} {
		if !strings.Contains(all, want) {
			err = errors.Join(err, fmt.Errorf("it has not %q", want))
		}
	}
	if strings.Contains(all, "Uid: 0 ") {
		err = errors.Join(err, errors.New("it is root"))
	}
	return saw, err
}
