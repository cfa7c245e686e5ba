// A GPIO of AMD's chipsets, the one kind of Debian's kernel that an emulator can have without a driver of ours: its registers
// are a piece of memory at a place of its own. The switch of the door is at its first line. iasl -p door door.asl
DefinitionBlock ("", "SSDT", 2, "KIOSK", "BOARD", 1)
{
    Scope (\_SB)
    {
        Device (GPIO)
        {
            Name (_HID, "AMDF030")
            Name (_CRS, ResourceTemplate ()
            {
                QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite,
                    0, 0x100000000, 0x1000000FF, 0, 0x100)
            })
            Name (_DSD, Package ()
            {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package () { Package () { "gpio-line-names", Package () { "DOOR" } } }
            })
        }
    }
}
