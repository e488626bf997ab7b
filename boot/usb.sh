#!/bin/sh
# Writes the image to a USB stick, and to nothing else; reads it back, and puts the copy of the partition table where the
# stick ends.
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
    [ "$(property LOG-SEC)" = 512 ] ||
        refuse "$device has sectors of $(property LOG-SEC) bytes and the image is for 512: make FAT32 on it, copy BOOTX64.EFI to EFI/BOOT/"
    [ "$(property RO)" = 0 ] || refuse "$device is write-protected"
    # Swap in use shows here as well, as [SWAP].
    [ -w "$device" ] || refuse "$(id -un) may not write to $device: sudo make usb DEVICE=$device"
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
    # Each piece goes to the stick before the next, so that what dd shows has been written.
    dd if="$image" of="$device" bs=1M oflag=sync status=progress
    # The pages just written would be compared with themselves.
    blockdev --flushbufs "$device" 2>/dev/null || true
    echo "usb: reading it back"
    cmp -n "$(wc -c <"$image")" "$image" "$device" || refuse "$device does not hold what was written"
    echo "usb: written and read back, $(wc -c <"$image") bytes"
}

# The image's copy of the partition table lies where the image ends; some firmware and tools want it where the disk ends
# (UEFI 2.10, 5.3.2). Nothing else changes.
move_backup_table() {
    sgdisk --move-second-header "$device" >/dev/null || refuse "$device: sgdisk cannot move the partition table's copy"
    sgdisk --verify "$device" | grep -q '^No problems found' || refuse "$device: the partition table is not whole"
    echo "usb: partition table whole, its copy at the stick's end"
}

check_device
confirm
write_and_verify
move_backup_table
