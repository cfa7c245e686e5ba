package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/authority-sandbox/internal/face"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/cli"
)

// networksFlag names the folder of the face step's networks.
func networksFlag(c *cobra.Command, to *string) {
	c.Flags().StringVar(to, "weights", "", "`folder` that make weights filled; weights beside this program where it is not said")
}

// networksIn loads them.
func networksIn(folder string) (*face.Networks, error) {
	if folder == "" {
		program, err := os.Executable()
		if err != nil {
			return nil, err
		}
		folder = filepath.Join(filepath.Dir(program), "weights")
	}
	return face.Load(folder)
}

// matcherIn loads them for the face step, once, at the first person who comes to it: most
// authorities of tests never meet one.
func matcherIn(folder string) func() (face.Matcher, error) {
	return sync.OnceValues(func() (face.Matcher, error) {
		n, err := networksIn(folder)
		if err != nil {
			return nil, err
		}
		return n, nil
	})
}

// pictureMax is the most bytes of a picture that a photo is made of.
const pictureMax = 4 << 20

// photo gives a resident's card the photo of a person.
func photo() *cobra.Command {
	var dir, picture, weights string
	var give bool
	c := &cobra.Command{Use: "photo RESIDENT", Short: "Take a photo for a resident's card", Args: cobra.ExactArgs(1),
		Long: "Take a photo for a resident's card, of a JPEG or PNG with one face, - being the input: it is cut to a head, made grey, and\n" +
			"written with what is printed on the card, signed. The test residents' cards come without a photo. With --give the file of\n" +
			"the card goes to the output, for a card that is elsewhere, and nothing is written.",
		Example: "  authority-sandbox counter photo hanako --dir sandbox --picture me.jpg\n" +
			"  authority-sandbox counter photo hanako --dir sandbox --picture - --give <me.jpg >face.bin"}
	c.RunE = func(c *cobra.Command, args []string) error {
		file, err := rephoto(c.InOrStdin(), dir, args[0], picture, weights)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		defer clear(file)
		if give {
			_, err = c.OutOrStdout().Write(file)
			return err
		}
		return fixture.PutFace(dir, args[0], file)
	}
	c.Flags().StringVar(&dir, "dir", "", "the authority's `folder`")
	c.Flags().StringVar(&picture, "picture", "", "`file` with a picture of the person, or -")
	c.Flags().BoolVar(&give, "give", false, "print the card's file, and write nothing")
	networksFlag(c, &weights)
	for _, f := range []string{"dir", "picture"} {
		if err := c.MarkFlagRequired(f); err != nil {
			panic(err) // there is no such flag
		}
	}
	return c
}

func rephoto(in io.Reader, dir, resident, picture, weights string) ([]byte, error) {
	if picture != "-" {
		f, err := os.Open(picture)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	taken, err := io.ReadAll(io.LimitReader(in, pictureMax+1))
	defer func() { clear(taken) }()
	if err != nil {
		return nil, err
	}
	if len(taken) > pictureMax {
		return nil, cli.Usage("the picture has more than %d bytes", pictureMax)
	}
	n, err := networksIn(weights)
	if err != nil {
		return nil, err
	}
	p, err := face.Decode(taken)
	if err != nil {
		return nil, err
	}
	defer p.Zero()
	photo, err := n.Portrait(p)
	if err != nil {
		return nil, err
	}
	defer clear(photo)
	return fixture.Rephoto(dir, resident, photo)
}
