// Package speaker plays clips: files of sound that were made when the program was built,
// through ALSA's own player. A new sentence cuts the one before short. How loud a clip is, is computed here, and the
// machine's own volume is never touched, so that no person's is left to the next one.
package speaker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"multicopy.example/kiosk"
)

// Clips are raw: 16 bits, one channel, so many samples a second.
const (
	Rate   = 22050
	Suffix = ".s16"
	List   = "clips.txt" // of a folder: what sentences they are of, and each clip's name
)

// A Speaker plays one thing at a time. Its methods return at once.
type Speaker struct {
	folder, device string
	player         string
	log            *slog.Logger
	has            map[string]bool
	names          names

	mu    sync.Mutex
	stop  context.CancelFunc // ends what is played
	ended chan struct{}      // closed when it has ended
	told  bool
	loud  kiosk.Volume
}

// Open reads the list of a folder of clips, which must be of the sentences that sum names.
// What is missing is one sentence.
func Open(folder, device, sum string, log *slog.Logger) (*Speaker, error) {
	list, err := os.ReadFile(filepath.Join(folder, List))
	if err != nil {
		return nil, fmt.Errorf("there is no list of clips (make speech makes them): %w", err)
	}
	s := &Speaker{folder: folder, device: device, player: "/usr/bin/aplay", log: log, has: map[string]bool{}, loud: kiosk.VolumeMost}
	lines := bufio.NewScanner(bytes.NewReader(list))
	lines.Scan()
	if lines.Text() != sum {
		return nil, fmt.Errorf("the clips in %s are of other sentences than this program's; make speech makes them anew", folder)
	}
	for lines.Scan() {
		name := lines.Text()
		if name != filepath.Base(name) {
			return nil, fmt.Errorf("the list of clips in %s names %q", folder, name)
		}
		if _, err := os.Stat(filepath.Join(folder, name+Suffix)); err != nil {
			return nil, fmt.Errorf("a clip is missing; make speech makes it: %w", err)
		}
		s.has[name] = true
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	s.names, err = openNames(folder)
	return s, err
}

// Has reports whether there is a clip of that name.
func (s *Speaker) Has(name string) bool { return s.has[name] }

// A Part of what is played is a clip, by its name, or the name of a company.
type Part struct {
	Clip string
	name []span
}

// Play plays parts one after the other.
func (s *Speaker) Play(parts []Part) {
	s.play(sound{
		read: func() ([]byte, func(), error) { return s.read(parts) },
		drop: func() {
			for _, p := range parts {
				clear(p.name)
			}
		},
	})
}

// A sound is read when its turn has come, and given back when it was played, or cut short before.
type sound struct {
	read func() (pcm []byte, free func(), err error)
	drop func()
}

// read is the sound of parts; in locked pages where a name is among them.
func (s *Speaker) read(parts []Part) (pcm []byte, free func(), err error) {
	size, named := 0, false
	for _, p := range parts {
		for _, n := range p.name {
			size, named = size+int(n.size), true
		}
		if p.Clip == "" {
			continue
		}
		i, err := os.Stat(s.clip(p.Clip))
		if err != nil {
			return nil, nil, err
		}
		size += int(i.Size())
	}
	if free = func() {}; !named {
		pcm = make([]byte, size)
	} else if pcm, free, err = locked(size); err != nil {
		return nil, nil, err
	}
	at := 0
	for _, p := range parts {
		n, err := s.readPart(pcm[at:], p)
		if err != nil {
			free()
			return nil, nil, err
		}
		at += n
	}
	return pcm[:at], free, nil
}

func (s *Speaker) clip(name string) string { return filepath.Join(s.folder, name+Suffix) }

func (s *Speaker) readPart(to []byte, p Part) (n int, err error) {
	for _, one := range p.name {
		k, err := s.names.sound.ReadAt(to[n:n+int(one.size)], one.at)
		if n += k; err != nil {
			return n, err
		}
	}
	if p.Clip == "" {
		return n, nil
	}
	f, err := os.Open(s.clip(p.Clip))
	if err != nil {
		return n, err
	}
	defer f.Close() //nolint:errcheck // it was read
	k, err := io.ReadFull(f, to[n:])
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) { // what follows stands behind it
		err = nil
	}
	return n + k, err
}

// Beep plays the tone of a key: the same one, whichever the key.
func (s *Speaker) Beep() {
	s.play(sound{read: func() ([]byte, func(), error) { return beep(), func() {}, nil }, drop: func() {}})
}

// beep is a tenth of a second of 880 Hz; other sound than speech is 3 s at most (EN 301 549, 5.1).
func beep() []byte {
	sound := make([]byte, 0, Rate/5)
	for i := range Rate / 10 {
		v := int16(8000 * math.Sin(2*math.Pi*880*float64(i)/Rate))
		sound = binary.LittleEndian.AppendUint16(sound, uint16(v))
	}
	return sound
}

// Hush ends what is played.
func (s *Speaker) Hush() { s.play(sound{}) }

// play ends what is played, and then plays a sound.
func (s *Speaker) play(next sound) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.ended
	if s.stop != nil {
		s.stop()
	}
	if s.stop = nil; next.read == nil {
		return // the next one waits for the end of this one all the same
	}
	ctx, stop := context.WithCancel(context.Background())
	ended, loud := make(chan struct{}), s.loud
	s.stop, s.ended = stop, ended
	go func() {
		defer close(ended)
		defer stop()
		defer next.drop()
		if before != nil {
			<-before // one device, one player
		}
		if ctx.Err() != nil {
			return
		}
		if err := s.run(ctx, next, loud); err != nil && ctx.Err() == nil {
			s.miss(err)
		}
	}()
}

// Volume is how loud it is from the next sound on.
func (s *Speaker) Volume(v kiosk.Volume) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loud = v
}

// quieten takes 6 dB from sound for each step below the highest volume.
func quieten(pcm []byte, v kiosk.Volume) {
	down := kiosk.VolumeMost - min(max(v, kiosk.VolumeLeast), kiosk.VolumeMost)
	for i := 0; down > 0 && i+1 < len(pcm); i += 2 {
		binary.LittleEndian.PutUint16(pcm[i:], uint16(int16(binary.LittleEndian.Uint16(pcm[i:]))/(1<<down)))
	}
}

func (s *Speaker) run(ctx context.Context, next sound, loud kiosk.Volume) error {
	pcm, free, err := next.read()
	if err != nil {
		return err
	}
	defer free()
	quieten(pcm, loud)
	c := exec.CommandContext(ctx, s.player, "-q", "-t", "raw", "-f", "S16_LE", "-r", fmt.Sprint(Rate), "-c", "1", "-D", s.device)
	c.Stdin, c.Env = bytes.NewReader(pcm), []string{}
	said, err := c.CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(strings.TrimSpace(string(said))))
	}
	return nil
}

// miss tells once that nothing is heard. No visit fails because of it.
func (s *Speaker) miss(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.told {
		s.told = true
		s.log.Warn("the speaker does not work", "err", err)
	}
}
