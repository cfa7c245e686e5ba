package version

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"
)

// Program is the SHA-256 of the running program's file in hexadecimal, "unknown"
// where it cannot be read. A file that has taken its name since is another one.
var Program = sync.OnceValue(func() string { return digest(running) })

// running leads to the file that the kernel runs, whatever has its name now.
const running = "/proc/self/exe"

func digest(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Image says whether the program comes from an image whose signature was verified.
// There is none yet that could be: nothing on the machine can tell, and a file that
// the program believes would prove nothing.
const Image = "not from a signed image"
