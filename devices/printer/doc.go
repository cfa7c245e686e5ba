// Package printer prints pictures on a receipt printer that speaks ESC/POS, over a
// UART or a USB printer's device file, and asks it how it is: call [New], then
// [Printer.Print] or [Printer.Ask].
//
// Everything is printed as a raster, so no code page and no font of the printer
// matters. It knows nothing of what stands on a slip. Each call ends with its
// context, and no error of a printer is a reason to undo anything.
//
// The commands are those that printers of other makers copy from Epson's: ESC @,
// GS v 0, GS V 66, DLE EOT.
package printer
