#!/bin/sh
# Makes the volume that firmware boots from: FAT, with the loader, its configuration and a page for who holds the stick.
# Without root, and the same bytes for the same input.
#
# usage: boot/volume.sh VOLUME FAT_BITS SECTORS FIRST_SECTOR BOOTX64.EFI signalbox.cfg README.TXT
#        sectors of 512 bytes; FIRST_SECTOR: where the volume is on its disk
set -eu

volume=$1 fat_bits=$2 sectors=$3 first_sector=$4 efi=$5 config=$6 readme=$7

# mtools and mkfs take every time stamp from here. FAT begins in 1980, so this is the earliest date all tools agree on.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-315619200}" TZ=UTC MTOOLS_SKIP_CHECK=1

: >"$volume"
truncate -s $((sectors * 512)) "$volume"
mkfs.vfat --invariant -F "$fat_bits" -s 1 -S 512 -i 51474e4c -n SIGNALBOX -h "$first_sector" "$volume" >/dev/null
mmd -i "$volume" ::/EFI ::/EFI/BOOT
mcopy -i "$volume" "$efi" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$volume" "$config" ::/EFI/BOOT/signalbox.cfg
mcopy -i "$volume" "$readme" ::/README.TXT
