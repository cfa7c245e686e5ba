#!/bin/sh
# The last change of the root before it becomes an image: its version and its signer's CA, folders to
# mount on, and no shell for a person.
set -eu
target=$1
: "${KIOSK_UPDATES_CA:?KIOSK_UPDATES_CA names the certificate of the CA whose updates this machine takes}"
: "${KIOSK_VERSION:?KIOSK_VERSION is the version of the image, digits and points}"
mkdir -p "$target/data" "$target/etc/kiosk" "$target/media/kiosk" "$target/var/lib/kiosk"
install -D -m 0644 "$KIOSK_UPDATES_CA" "$target/etc/rauc/ca.pem"
echo "$KIOSK_VERSION" >"$target/usr/lib/kiosk/version"
: >"$target/etc/machine-id"
ln -sf /run/systemd/resolve/resolv.conf "$target/etc/resolv.conf"
sed -i 's|^root:[^:]*:|root:!:|' "$target/etc/shadow"
