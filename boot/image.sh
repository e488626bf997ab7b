#!/bin/sh
# Makes the USB image: a GPT with one EFI system partition that holds the loader and its configuration. Without root,
# and the same bytes for the same input.
#
# usage: boot/image.sh BOOTX64.EFI signalbox.cfg README.TXT BIOS_CODE IMAGE     BIOS_CODE: at most 440 bytes
set -eu

bios_code=$4 image=$5

# A FAT32 volume has at least 65525 clusters: 512-byte clusters make that 32 MiB and its tables. FAT32 is what every
# firmware must read on removable media; a smaller FAT16 most read.
image_mib=40 start_sector=2048
part_sectors=$((image_mib * 2048 - start_sector - 2048))
disk_guid=5349474e-414c-424f-5800-000000000001
part_guid=5349474e-414c-424f-5800-000000000002

fat=$(mktemp "$image.XXXXXX") disk=$(mktemp "$image.XXXXXX")
trap 'rm -f "$fat" "$disk"' EXIT

boot/volume.sh "$fat" 32 $part_sectors $start_sector "$1" "$2" "$3"

truncate -s ${image_mib}M "$disk"
sgdisk --clear --disk-guid $disk_guid \
       --new 1:$start_sector:$((start_sector + part_sectors - 1)) --typecode 1:ef00 --change-name 1:Signalbox \
       --partition-guid 1:$part_guid "$disk" >/dev/null
dd if="$fat" of="$disk" bs=1M seek=1 conv=notrunc status=none
dd if="$bios_code" of="$disk" bs=440 count=1 conv=notrunc status=none
chmod 644 "$disk"
mv "$disk" "$image"
