// Package serial is a UART with deadlines: a read or a write of it ends when
// its context does, a port that was pulled out says so, and a closed one has
// given everything back.
//
// It owns github.com/tarm/serial, which opens the port and sets its line, and
// keeps its traps from all other packages (port.go says how). It never retries,
// never reopens, and knows nothing of what the bytes mean.
//
// Read [Open], then [Port.Read].
package serial
