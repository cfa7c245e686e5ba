package secret_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/secret"
)

// role is how the test binary tells its own child what to do. Slots are taken
// for the life of a process, so whatever uses them up happens in a child.
const role = "KIOSK_SECRET_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
		os.Exit(m.Run())
	case "full":
		childFull()
	case "unlocked":
		childUnlocked()
	case "unmapped":
		childUnmapped()
	case "panic":
		childPanics()
	case "panic-array":
		childPanicsWithArray()
	}
	os.Exit(3)
}

// child runs the test binary in a role and returns all that it said.
func child(t *testing.T, as string) string {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), role+"="+as, "GOTRACEBACK=all")
	out, err := c.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return string(out)
}

// pair is taken once: tests share it and wipe it.
var pair = sync.OnceValues(func() (a, b secret.Secret) {
	a, errA := secret.New()
	b, errB := secret.New()
	if err := errors.Join(errA, errB); err != nil {
		panic(err)
	}
	return a, b
})

func two(t *testing.T) (a, b secret.Secret) {
	a, b = pair()
	a.Wipe()
	b.Wipe()
	t.Cleanup(func() { a.Wipe(); b.Wipe() })
	return a, b
}

func fill(s secret.Secret, text string) {
	for i := range len(text) {
		s.Append(text[i])
	}
}

func holds(s secret.Secret, want string) bool {
	return s.Use(func(b []byte) error {
		if string(b) != want {
			return errors.New("holds something else")
		}
		return nil
	}) == nil
}

func TestAppendBeyondCapIsRefused(t *testing.T) {
	s, other := two(t)
	for i := range secret.Cap {
		if !s.Append('A' + byte(i)) {
			t.Fatalf("byte %d of %d was refused", i+1, secret.Cap)
		}
	}
	if s.Append('Z') {
		t.Error("a byte beyond Cap was taken")
	}
	if s.Len() != secret.Cap || !holds(s, "ABCDEFGHIJKLMNOP") {
		t.Error("the refused byte changed the slot")
	}
	if other.Len() != 0 {
		t.Error("the slot beside it changed")
	}
}

func TestDropErasesFromTheEndAndStopsAtNothing(t *testing.T) {
	s, _ := two(t)
	fill(s, "AB")
	s.Drop()
	if !holds(s, "A") {
		t.Error("after one Drop of two")
	}
	s.Drop()
	s.Drop()
	if s.Len() != 0 || !holds(s, "") {
		t.Error("an empty slot was dropped from")
	}
	fill(s, "9")
	if !holds(s, "9") {
		t.Error("the slot is of no use after Drop")
	}
}

func TestHasAndAtTellOnlyWhatWasTyped(t *testing.T) {
	s, _ := two(t)
	for _, c := range []struct {
		text                 string
		letter, digit, other bool
	}{
		{"", false, false, false}, {"AZ", true, false, false}, {"09", false, true, false},
		{"A0", true, true, false}, {"a", false, false, true}, {"@", false, false, true},
		{"[", false, false, true}, {"/", false, false, true}, {":", false, false, true}, {"\x00", false, false, true},
		{"\xff", false, false, true},
	} {
		s.Wipe()
		fill(s, c.text)
		if s.Has(secret.Letter) != c.letter || s.Has(secret.Digit) != c.digit || s.Has(secret.Other) != c.other {
			t.Errorf("classes of %q", c.text)
		}
		for i := -2; i <= secret.Cap+2; i++ {
			b, ok := s.At(i)
			if ok != (i >= 0 && i < len(c.text)) || ok && b != c.text[i] || !ok && b != 0 {
				t.Errorf("At(%d) of %q: %q, %v", i, c.text, b, ok)
			}
		}
	}
	fill(s, "AAAA")
	s.Wipe()
	if s.Has(secret.Letter) {
		t.Error("a wiped slot still has a letter")
	}
}

// No timing is measured: what is proved is that every byte and the length
// take part, and that nothing equal in effect (an empty slot, the slot itself)
// passes for two entries that agree.
func TestEqualComparesEveryByteAndTheLength(t *testing.T) {
	a, b := two(t)
	const text = "ABCDEF0123456789"
	for n := 1; n <= len(text); n++ {
		a.Wipe()
		b.Wipe()
		fill(a, text[:n])
		fill(b, text[:n])
		if !a.Equal(b) || !b.Equal(a) {
			t.Fatalf("two equal entries of %d bytes differ", n)
		}
		for i := range n {
			b.Wipe()
			fill(b, text[:i]+"x"+text[i+1:n])
			if a.Equal(b) || b.Equal(a) {
				t.Errorf("byte %d of %d was not compared", i, n)
			}
		}
		b.Wipe()
		fill(b, text[:n-1])
		if a.Equal(b) || b.Equal(a) {
			t.Errorf("%d bytes equal %d", n, n-1)
		}
	}
	a.Wipe()
	b.Wipe()
	if a.Equal(b) {
		t.Error("two empty slots are equal: an entry that was not made would be confirmed")
	}
	fill(a, "A")
	fill(b, "A\x00")
	if a.Equal(b) {
		t.Error("a trailing zero byte was not compared")
	}
	if a.Equal(a) {
		t.Error("a slot equals itself: the second entry would not be needed")
	}
}

func TestZeroSecretIsNothing(t *testing.T) {
	var none secret.Secret
	some, _ := two(t)
	fill(some, "A1")
	for _, s := range []secret.Secret{none, 200, 255} { // 200 and 255 are slots that were not given out
		if s.Append('A') || s.Len() != 0 || s.Has(secret.Letter) || s.Equal(some) || some.Equal(s) || s.Equal(s) {
			t.Errorf("secret %d accepts, holds or equals something", s)
		}
		if _, ok := s.At(0); ok {
			t.Errorf("secret %d shows a byte", s)
		}
		s.Drop()
		s.Wipe()
		err := s.Use(func([]byte) error { t.Error("nothing was lent"); return nil })
		if !errors.Is(err, secret.ErrNone) {
			t.Errorf("Use of secret %d: %v", s, err)
		}
	}
	if !holds(some, "A1") {
		t.Error("a secret that is none reached a slot")
	}
}

func TestUseHandsBackItsErrorAndUnlocksAfterAPanic(t *testing.T) {
	s, _ := two(t)
	want := errors.New("the card refused")
	if err := s.Use(func([]byte) error { return want }); err != want {
		t.Errorf("error of the borrower: %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.Use(func([]byte) error { panic("in the middle of it") })
	}()
	s.Wipe() // would hang for ever if the slot were still locked
}

func TestUseCannotReachBeyondItsBytes(t *testing.T) {
	s, next := two(t)
	fill(s, "AB")
	fill(next, "CD")
	_ = s.Use(func(b []byte) error {
		if cap(b) != 2 {
			t.Errorf("the borrower may grow the slice to %d bytes", cap(b))
		}
		_ = append(b, 'X') // must copy, not write into the page
		return nil
	})
	if !holds(s, "AB") || !holds(next, "CD") {
		t.Error("append on a lent slice wrote into the page")
	}
}

// TestSlotsServeManyGoroutinesAtOnce is for the race detector: a keypad types while a wipe, a
// comparison both ways round and a card use the same two slots.
func TestSlotsServeManyGoroutinesAtOnce(t *testing.T) {
	a, b := two(t)
	var hands sync.WaitGroup
	for _, work := range []func(){
		func() { a.Append('A') }, func() { b.Append('B') }, a.Wipe, b.Wipe, a.Drop,
		func() { a.Equal(b) }, func() { b.Equal(a) },
		func() { _ = a.Use(func(p []byte) error { return nil }) }, func() { b.Len(); b.Has(secret.Digit); b.At(0) },
	} {
		hands.Go(func() {
			for range 2000 {
				work()
			}
		})
	}
	hands.Wait()
}

func TestSlotsRunOut(t *testing.T) {
	if out := child(t, "full"); !strings.Contains(out, "full after 64: secret: all slots are taken") {
		t.Errorf("the child said: %s", out)
	}
}

func childFull() {
	for n := 0; ; n++ {
		s, err := secret.New()
		if err != nil {
			fmt.Println("full after "+fmt.Sprint(n)+":", err)
			os.Exit(0)
		}
		if !s.Append('A') || s.Len() != 1 {
			os.Exit(4)
		}
	}
}

// A machine that cannot lock a page must not be typed into.
func TestMachineThatCannotLockIsRefused(t *testing.T) {
	if out := child(t, "unlocked"); !strings.Contains(out, "refused twice: secret: lock the page into memory") {
		t.Errorf("the child said: %s", out)
	}
}

func childUnlocked() {
	runtime.LockOSThread()
	if err := dropIPCLock(); err != nil {
		fmt.Println("capset:", err)
		os.Exit(4)
	}
	if err := unix.Setrlimit(unix.RLIMIT_MEMLOCK, &unix.Rlimit{}); err != nil {
		fmt.Println("setrlimit:", err)
		os.Exit(4)
	}
	refusedTwice()
}

// dropIPCLock takes CAP_IPC_LOCK from this thread: root may lock memory
// whatever the limit says (mlock(2)).
func dropIPCLock() error {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&head, &data[0]); err != nil {
		return err
	}
	data[0].Effective &^= 1 << unix.CAP_IPC_LOCK
	return unix.Capset(&head, &data[0])
}

func TestMachineThatCannotMapIsRefused(t *testing.T) {
	if out := child(t, "unmapped"); !strings.Contains(out, "refused twice: secret: map a page") {
		t.Errorf("the child said: %s", out)
	}
}

func childUnmapped() {
	var was unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_AS, &was)
	if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: 1, Max: was.Max}); err != nil {
		os.Exit(4)
	}
	_, err := secret.New()
	_ = unix.Setrlimit(unix.RLIMIT_AS, &was)
	refusedAs(err)
}

func refusedTwice() {
	_, err := secret.New()
	refusedAs(err)
}

func refusedAs(err error) {
	s, again := secret.New()
	if err == nil || again == nil || s.Append('1') {
		fmt.Println("a slot was given out:", err, again)
		os.Exit(4)
	}
	fmt.Println("refused twice:", again)
	os.Exit(0)
}
