// Command boot starts the machine that `make vm` made, in an emulator.
package main

import (
	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
)

func main() {
	harness.Reexec() // in the machine of kind text this program is the firmware
	cli.Main(root())
}

func root() *cobra.Command {
	c := &cobra.Command{Use: "boot", Short: "Start the appliance in an emulator and look at it", Args: cobra.NoArgs}
	c.AddCommand(machineCommand())
	return c
}
