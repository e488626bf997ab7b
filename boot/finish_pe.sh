#!/bin/sh
# Finishes the header of a PE file that objcopy made: what objcopy has no option for, and what changes from build to
# build.
#
# usage: boot/finish_pe.sh FILE.EFI [MOST_BYTES]
set -eu

file=$1
limit=${2:-655360}

# The PE signature lies where the 32-bit word at 0x3c says. Behind its 4 bytes: the file header of 20 bytes with the
# time stamp at its offset 4, then the optional header with CheckSum at its offset 64 and DllCharacteristics at 70.
header=$(od -An -tu4 -j60 -N4 "$file" | tr -d ' ')
[ "$(od -An -c -j"$header" -N2 "$file" | tr -d ' ')" = PE ] || { echo "$file: not a PE file" >&2; exit 1; }

put() { # OFFSET BYTES: overwrites in place
    # shellcheck disable=SC2059  # the bytes are written as printf's escapes
    printf "$2" | dd of="$file" bs=1 seek="$1" conv=notrunc status=none
}

put $((header + 8)) '\0\0\0\0'
# 0x0100, NX_COMPAT: firmware may make data and stack not executable. Newer firmware refuses programs without it.
put $((header + 4 + 20 + 70)) '\0\001'

# The checksum no longer holds; zero says there is none, and no firmware asks for one.
put $((header + 4 + 20 + 64)) '\0\0\0\0'

size=$(wc -c <"$file")
[ "$size" -le "$limit" ] || { echo "$file: $size bytes, more than $limit" >&2; exit 1; }
