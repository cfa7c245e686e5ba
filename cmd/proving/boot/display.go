package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// xclient asks the X server for a connection as each program that draws does (X Window System Protocol, 8), with the cookie of a file, its last 16
// bytes, or with none, and prints the first byte of the answer: 1 where it is let in, 0 and the server's reason where not.
const xclient = `perl -MSocket -e '
if (@ARGV) { open F, "<:raw", $ARGV[0] or die "$ARGV[0]: $!\n"; read F, $c, 100; $c = substr $c, -16; $n = "MIT-MAGIC-COOKIE-1" }
socket S, PF_UNIX, SOCK_STREAM, 0 and connect S, sockaddr_un("/tmp/.X11-unix/X0") or die "no X server: $!\n";
syswrite S, pack "a2 v5 a20 a*", "l", 11, 0, length $n, length $c, 0, $n, $c if $n;
syswrite S, pack "a2 v5", "l", 11, 0, 0, 0, 0 unless $n;
$r = ""; 1 while sysread S, $r, 300, length $r and not ord $r and length $r < 8 + ord substr $r, 1; print ord $r, " ", ord $r ? "" : substr($r, 8, ord substr $r, 1), "\n"'`

// display looks at the machine with a screen as closed does at that without, and tries to be a second program at its X server.
func display(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := b.screen(ctx); err != nil {
		return nil, err
	}
	if err := kept(ctx, b); err != nil {
		return nil, err
	}
	if saw, err = b.listed(ctx, "-screen"); err != nil {
		return saw, err
	}
	for _, try := range []struct{ who, command, want string }{
		{"root without the cookie", xclient, "0 Authorization required"},
		{"the display's own user without it", "setpriv --reuid=kiosk-display --clear-groups " + xclient, "0 Authorization required"},
		{"with the cookie", xclient + " /run/kiosk-display/cookie", "1 "},
	} {
		out, err := inside(ctx, b.of, try.command)
		if err != nil {
			return saw, err
		}
		answer := strings.TrimLeft(out, "\r\n")
		saw = append(saw, fmt.Sprintf("%s the X server answers %q", try.who, strings.TrimSpace(answer)))
		if !strings.HasPrefix(answer, try.want) {
			return saw, errors.New("that is not what it is to answer")
		}
	}
	return saw, nil
}
