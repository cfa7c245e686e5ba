package toolkit

import "time"

// calls are what is to be done on the main goroutine; nil where the program itself runs there.
var calls chan func()

// Beside runs a program, which ends the process, on a goroutine of its own, and keeps the main one for Main. It does not return.
func Beside(program func()) {
	calls = make(chan func())
	go program()
	for f := range calls {
		f()
	}
}

// endTime is how long the toolkit may take to an end that was asked for.
const endTime = 10 * time.Second

// Main has f done on the main goroutine, which is the toolkit's, and returns when it is. The toolkit (2.8.1) may wait for ever at
// its end: for a function that it queued for a loop that had ended meanwhile. Where the end was asked for, which closes
// asked, it is waited for no longer than it can take.
func Main(asked <-chan struct{}, f func()) {
	if calls == nil {
		f()
		return
	}
	done := make(chan struct{})
	calls <- func() {
		defer close(done)
		f()
	}
	select {
	case <-done:
		return
	case <-asked:
	}
	select {
	case <-done:
	case <-time.After(endTime):
	}
}
