#!/usr/bin/env bash
# Makes the Linux that Signalbox is measured beside: Debian's kernel as it is, a measuring module, a small initramfs.
#
# usage: tests/bench/linux.sh DIRECTORY      leaves vmlinuz, initramfs.cpio and version in DIRECTORY/linux
#
# The packages are downloaded and unpacked below DIRECTORY, nothing is installed. What was downloaded once is kept in
# DIRECTORY/debs and used again; remove that to take a newer Linux.
set -euo pipefail

series=6.12
directory=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$directory/debs" "$directory/linux"
debs=$(cd "$directory/debs" && pwd) work=$(cd "$directory/linux" && pwd)
root=$work/root
compiler=${CROSS_COMPILE:-$(tests/install/find.sh cross)}gcc

fail() { printf 'bench: %s\n' "$*" >&2; exit 1; }

# The package that Debian's newest kernel of the series is in, and its version: "linux-image-6.12.95+deb12-amd64 6.12.95-1~bpo12+1".
offered() {
    local meta version
    for meta in linux-image-amd64 "linux-image-$series-amd64"; do
        version=$(apt-cache madison "$meta" 2>/dev/null | awk '{print $3}' | grep "^$series\." | sort -V | tail -n 1 || true)
        [ -n "$version" ] || continue
        printf '%s %s\n' "$(apt-cache show "$meta=$version" | sed -n 's/^Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1)" "$version"
        return
    done
    fail "no Linux $series in the package lists: on Debian 12 it is in bookworm-backports (tests/install.sh machine adds it)"
}

# Downloads the kernel, its headers and tools, and busybox; debs/complete names the kernel's release when all are there.
download() {
    local image version release suffix=""
    read -r image version <<<"$(offered)"
    [ -n "$version" ] || exit 1
    release=${image#linux-image-}
    [ "$(dpkg --print-architecture)" = amd64 ] || suffix=:amd64
    rm -f "$debs"/*.deb
    (cd "$debs" && apt-get download -q -o APT::Sandbox::User="$(id -un)" "$image$suffix=$version" "linux-headers-$release$suffix=$version" \
        "linux-headers-${release%-*}-common=$version" "linux-kbuild-${release%-*}=$version" "busybox-static$suffix") >&2 ||
        fail "cannot download Linux $version"
    printf '%s %s\n' "$release" "$version" >"$debs/complete"
}

unpack() {
    rm -rf "$root"
    mkdir -p "$root"
    local package
    for package in "$debs"/linux-headers-*.deb "$debs"/linux-kbuild-*.deb; do dpkg-deb -x "$package" "$root"; done
    dpkg-deb --fsys-tarfile "$debs"/busybox-static_*.deb | tar -x -C "$root" ./bin/busybox
    dpkg-deb --fsys-tarfile "$debs"/linux-image-*.deb |
        tar -x -C "$root" --wildcards "./boot/vmlinuz-*" './lib/modules/*/kernel/drivers/nvme'
    # With this stripped kernel beside the headers the build asks for pahole, to make type information that nobody reads.
    rm -f "$root"/usr/src/linux-headers-*/vmlinux
    cp "$debs/complete" "$work/unpacked"
}

# The headers' own Makefile includes the other package by an absolute path; calling that package's Makefile goes round it.
build_module() {
    local headers=$root/usr/src/linux-headers-$release
    rm -rf "$work/module"
    mkdir -p "$work/module"
    cp "$here"/linux/*.[chS] "$here"/linux/Kbuild "$work/module"
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$headers" -f "$root/usr/src/linux-headers-${release%-*}-common/Makefile" \
        M="$work/module" CC="$compiler" modules >"$work/module.log" 2>&1 || { cat "$work/module.log" >&2; fail "the module does not build"; }
}

# Linux' NVMe driver and what it needs, in the order of loading.
nvme_modules="nvme-keyring nvme-auth nvme-core nvme"

build_initramfs() {
    local tree=$work/initramfs name
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,dev,proc,sys}
    cp "$root/bin/busybox" "$tree/bin"
    cp "$work/module/bench.ko" "$here/linux/steps.sh" "$tree"
    for name in init read; do "$compiler" -O2 -static -o "$tree/$name" "$here/linux/$name.c"; done
    for name in $nvme_modules; do
        xz -dc "$root/lib/modules/$release/kernel/drivers/nvme"/*/"$name.ko.xz" >"$tree/$name.ko"
        printf '%s\n' "$name.ko" >>"$tree/modules.order"
    done
    (cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible -R 0:0) >"$work/initramfs.cpio"
    cp "$root/boot/vmlinuz-$release" "$work/vmlinuz"
}

[ -e "$debs/complete" ] || download
cmp -s "$debs/complete" "$work/unpacked" || unpack
read -r release version <"$debs/complete"
if [ ! -e "$work/version" ] || [ -n "$(find "$here/linux" "$0" "$work/unpacked" -newer "$work/version" -print -quit)" ]; then
    rm -f "$work/version"
    build_module
    build_initramfs
    printf '%s\n' "$version" >"$work/version"
fi
