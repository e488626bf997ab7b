#!/bin/sh
# Makes the hybrid ISO: a CD that UEFI boots by El Torito, and written to a disk a GPT with an EFI system partition. Both
# name the same FAT volume behind the CD's own file system, which has the same files for whoever looks into it.
#
# usage: boot/iso.sh BOOTX64.EFI signalbox.cfg README.TXT BIOS_CODE ISO     BIOS_CODE: at most 440 bytes
set -eu

efi=$1 config=$2 readme=$3 bios_code=$4 iso=$5

# El Torito counts sectors in 16 bits, so a FAT32 volume would not fit. FAT16 of 8 MiB holds the loader and its report.
volume_sectors=16384
disk_guid=5349474e414c424f5800000000000003
system_partition=c12a7328-f81f-11d2-ba4b-00a0c93ec93b
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-315619200}" TZ=UTC

work=$(mktemp -d "$iso.XXXXXX")
trap 'rm -rf "$work"' EXIT

boot/volume.sh "$work/volume" 16 $volume_sectors 0 "$efi" "$config" "$readme"
mkdir -p "$work/tree/EFI/BOOT"
cp "$efi" "$work/tree/EFI/BOOT/BOOTX64.EFI"
cp "$config" "$work/tree/EFI/BOOT/signalbox.cfg"
cp "$readme" "$work/tree/README.TXT"
find "$work/tree" -type f -exec chmod 644 {} + -o -type d -exec chmod 755 {} +

# xorriso takes the date of the whole from SOURCE_DATE_EPOCH, those of files when it is told to, and says so each time.
if ! xorriso -no_rc -as mkisofs -quiet -o "$work/iso" -V SIGNALBOX -r -J --set_all_file_dates "=$SOURCE_DATE_EPOCH" \
             -G "$bios_code" -append_partition 2 $system_partition "$work/volume" -appended_part_as_gpt --gpt_disk_guid $disk_guid \
             -e --interval:appended_partition_2:all:: -no-emul-boot "$work/tree" >"$work/said" 2>&1; then
    cat "$work/said" >&2
    exit 1
fi
mv "$work/iso" "$iso"
