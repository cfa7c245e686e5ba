#!/bin/sh
# Makes of root, kernel and initramfs what is signed, and the disk. The keys are those of the machine
# that signs; APPLIANCE.md says which.
set -eu
cd "$BINARIES_DIR"
: "${KIOSK_BOOT_KEY:?KIOSK_BOOT_KEY names the key that signs kernels, or a PKCS#11 URI}"
: "${KIOSK_BOOT_CERTIFICATE:?KIOSK_BOOT_CERTIFICATE names its certificate, which the machine knows (db)}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The root and its hash tree, whose salt is the hash of the content.
cp rootfs.erofs root.img
truncate -s %4096 root.img
blocks=$(($(stat -c %s root.img) / 4096))
salt=$(sha256sum root.img | cut -c1-64)
veritysetup format --hash-offset=$((blocks * 4096)) --data-blocks=$blocks --salt="$salt" --uuid=00000000-0000-4000-8000-000000000002 root.img root.img >root.verity
hash=$(sed -n 's/^Root hash:[ \t]*//p' root.verity)
printf 'console=tty0 vt.global_cursor_default=0 quiet loglevel=3 panic=1 lockdown=integrity systemd.show_status=no systemd.gpt_auto=no systemd.import_credentials=no kiosk.verity=%s:%s:%s' "$hash" "$salt" "$blocks" >cmdline

# The initramfs is one program: everything that it needs is built into the kernel.
mkdir -p "$folder/init/proc" "$folder/init/sys" "$folder/init/dev" "$folder/init/sysroot"
install -m 0755 "$BUILD_DIR"/kiosk-*/bin/kiosk-init "$folder/init/init"
if [ -d "$TARGET_DIR/usr/share/kiosk/picture" ]; then
	mkdir "$folder/init/pictures"
	cp "$TARGET_DIR"/usr/share/kiosk/picture/*.png "$folder/init/pictures/"
fi
(cd "$folder/init" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible) >initramfs

"$HOST_DIR/bin/ukify" build --linux=bzImage --initrd=initramfs --cmdline=@cmdline --os-release="NAME=Kiosk" --output=unsigned.efi \
	--stub="$BINARIES_DIR/efi-part/linuxx64.efi.stub"
sbsign --key "$KIOSK_BOOT_KEY" --cert "$KIOSK_BOOT_CERTIFICATE" --output kiosk.efi unsigned.efi

rm -f boot.img && truncate -s 64M boot.img
mkfs.vfat --invariant -i 4b494f53 -n BOOT boot.img >/dev/null
mmd -i boot.img ::EFI ::EFI/BOOT
mcopy -m -i boot.img kiosk.efi ::EFI/BOOT/BOOTX64.EFI
genimage --rootpath "$folder" --tmppath "$folder/tmp" --inputpath "$BINARIES_DIR" --outputpath "$BINARIES_DIR" --config "$BR2_EXTERNAL_KIOSK_PATH/board/kiosk/genimage.cfg"
