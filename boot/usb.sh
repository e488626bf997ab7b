#!/bin/sh
# Writes the image to a USB stick, and to nothing else.
#
# usage: boot/usb.sh IMAGE DEVICE [YES]     YES=1: ask nothing
set -eu

image=$1 device=${2:-} yes=${3:-}

refuse() { echo "usb: $*" >&2; exit 1; }
property() { lsblk --noheadings --nodeps --raw --output "$1" "$device" | head -n 1 | sed 's/\\x20/ /g; s/ *$//'; }

# The disks that may be written to, if any.
sticks() {
    found=$(lsblk --noheadings --nodeps --paths --output NAME,TRAN,RM 2>/dev/null | awk '$2 == "usb" || $NF == 1 {print $1}')
    printf "%s\n" "${found:-no removable disks}" | tr "\n" " "
}

check_device() {
    [ -n "$device" ] || refuse "no device; say: make usb DEVICE=/dev/sdX; there are: $(sticks)"
    [ -b "$device" ] || refuse "$device is not a block device; there are: $(sticks)"
    device=$(readlink -f "$device")
    [ "$(property TYPE)" = disk ] || refuse "$device is not a whole disk but a $(property TYPE)"
    [ "$(property TRAN)" = usb ] || [ "$(property RM)" = 1 ] || refuse "$device is neither USB nor removable"
    [ "$(property RO)" = 0 ] || refuse "$device is write-protected"
    # Swap in use shows here as well, as [SWAP].
    [ -z "$(lsblk --noheadings --raw --output MOUNTPOINT "$device" | tr -d '[:space:]')" ] ||
        refuse "$device is in use: unmount it first"
    [ "$(lsblk --noheadings --nodeps --bytes --raw --output SIZE "$device")" -ge "$(wc -c <"$image")" ] ||
        refuse "$device is too small ($(property SIZE))"
}

confirm() {
    echo "usb: $device is $(property VENDOR) $(property MODEL), $(property SIZE); everything on it will be lost"
    [ "$yes" = 1 ] && return
    printf 'usb: type yes to write: '
    read -r answer || answer=
    [ "$answer" = yes ] || refuse "nothing written"
}

write_and_verify() {
    dd if="$image" of="$device" bs=1M conv=fsync status=none
    # The pages just written would be compared with themselves.
    blockdev --flushbufs "$device" 2>/dev/null || true
    cmp -n "$(wc -c <"$image")" "$image" "$device" || refuse "$device does not hold what was written"
    echo "usb: written and read back, $(wc -c <"$image") bytes"
}

check_device
confirm
write_and_verify
