// Package weights reads the files of the face step's networks, each known by its hash:
// call [Read]. `make weights` fetches them; none is committed. Where they come from, and
// whose faces they were trained on, is in DECISIONS.md.
package weights

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Names of the files.
const (
	Embedding        = "MobileFaceNet.tflite"
	Detector         = "tiny_face_detector_model.bin"
	DetectorManifest = "tiny_face_detector_model-weights_manifest.json"
	Landmarks        = "face_landmark_68_model.bin"
	LandmarkManifest = "face_landmark_68_model-weights_manifest.json"
)

// ErrAbsent: the files were not fetched.
var ErrAbsent = errors.New("weights: the networks of the face step are not there: make weights fetches them")

//go:embed SHA256SUMS
var sums string

// Read answers the file of that name in the folder, which is what its hash says.
func Read(folder, name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (%s)", ErrAbsent, name)
	}
	if err != nil {
		return nil, err
	}
	is := sha256.Sum256(b)
	if !strings.Contains(sums, hex.EncodeToString(is[:])+"  "+name+"\n") {
		return nil, fmt.Errorf("weights: %s is another file than was looked at: its SHA-256 is %x", name, is)
	}
	return b, nil
}
