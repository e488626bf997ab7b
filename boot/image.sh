#!/bin/sh
# Makes the USB image: a GPT with one EFI system partition that holds the loader and its configuration. Without root,
# and the same bytes for the same input.
#
# usage: boot/image.sh BOOTX64.EFI signalbox.cfg IMAGE
set -eu

efi=$1 config=$2 image=$3

# A FAT32 volume has at least 65525 clusters: 512-byte clusters make that 32 MiB and its tables. FAT32 is what every
# firmware must read on removable media; a smaller FAT16 most read.
image_mib=40 start_sector=2048 sector=512
part_sectors=$((image_mib * 2048 - start_sector - 2048))
disk_guid=5349474e-414c-424f-5800-000000000001
part_guid=5349474e-414c-424f-5800-000000000002
volume_id=51474e4c

# mtools and mkfs take every time stamp from here. FAT begins in 1980, so this is the earliest date all tools agree on.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-315619200}" TZ=UTC MTOOLS_SKIP_CHECK=1

fat=$(mktemp "$image.XXXXXX") disk=$(mktemp "$image.XXXXXX")
trap 'rm -f "$fat" "$disk"' EXIT

truncate -s $((part_sectors * sector)) "$fat"
mkfs.vfat --invariant -F 32 -s 1 -S $sector -i $volume_id -n SIGNALBOX -h $start_sector "$fat" >/dev/null
mmd -i "$fat" ::/EFI ::/EFI/BOOT
mcopy -i "$fat" "$efi" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$fat" "$config" ::/EFI/BOOT/signalbox.cfg

truncate -s ${image_mib}M "$disk"
sgdisk --clear --disk-guid $disk_guid \
       --new 1:$start_sector:$((start_sector + part_sectors - 1)) --typecode 1:ef00 --change-name 1:Signalbox \
       --partition-guid 1:$part_guid "$disk" >/dev/null
dd if="$fat" of="$disk" bs=1M seek=1 conv=notrunc status=none
chmod 644 "$disk"
mv "$disk" "$image"
