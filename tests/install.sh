#!/usr/bin/env bash
# Installs the Debian packages that a make target needs and the machine lacks, and says which and why.
#
# usage: tests/install.sh GROUP...     groups: build machine test trace lint simulate bench dist
#
# Nothing missing: says nothing, does nothing. Without root and without sudo that asks no password it prints the command
# to type and fails. The machine tests need QEMU 10 (x2APIC under emulation); where the Debian release has an older one
# it comes from the release's backports suite, on the mirror the machine already uses.
set -euo pipefail

qemu_major=10
backports_file=/etc/apt/sources.list.d/signalbox-backports.sources
# Not in every release: what needs them is left out where they are not to be had.
optional=" python3-lttnganalyses "
host=$(uname -m)
cross_gcc=gcc cross_binutils=binutils cross_arch="" cross_libc=libc6-dev
if [ "$host" != x86_64 ]; then
    cross_gcc=gcc-x86-64-linux-gnu cross_binutils=binutils-x86-64-linux-gnu cross_arch=:amd64
    cross_libc=libc6-dev-amd64-cross
fi

# group, package, a command that proves it is there ("-": ask dpkg), what for
needs() {
    cat <<END
build make make runs the recipes
build $cross_gcc x86_64-linux-gnu-gcc compiles the kernel and the loader
build $cross_binutils x86_64-linux-gnu-ld links them
build nasm nasm assembles the entry and interrupt stubs
build gnu-efi$cross_arch - makes the loader an EFI application
build fonts-spleen - the framebuffer console's font
build libdeflate-tools libdeflate-gzip deflates the kernel for the one file
build pci.ids - the names of devices
build python3 /usr/bin/python3 makes a table of them
build mtools mcopy fills the boot image
build dosfstools mkfs.vfat formats the boot image
build gdisk sgdisk partitions the boot image
machine python3 /usr/bin/python3 starts QEMU and checks what it says
machine qemu-system-x86 - the PC that Signalbox boots on
machine ovmf - the PC's UEFI firmware
test gcc gcc compiles the host tests
test libc6-dev - the host tests' C library
test libcmocka-dev - the host tests' framework
test zlib1g-dev - what the loader's decompression is compared with
test clang clang compiles the fuzz targets
test libclang-rt-dev - the fuzz targets' engine and sanitizers
test acpica-tools acpixtract reads the ACPI tables of a capture
test python3-pytest - runs the machine tests
test git git commits the trees that a test asks the version of
test python3-pytest-xdist - runs two machines at a time
dist xorriso xorriso makes the ISO
simulate valgrind valgrind counts the instructions of the simulated core
trace babeltrace2 babeltrace2 reads the kernel's binary trace dumps
trace gnuplot-nox gnuplot draws the report's plots
trace python3-protobuf - writes the trace that Perfetto opens
trace trace-cmd trace-cmd checks that trace.dat is read with the right counts
trace python3-lttnganalyses lttng-irqstats checks that the CTF directory is read with the right counts
bench $cross_gcc x86_64-linux-gnu-gcc compiles the module that measures Linux
bench $cross_libc - the C library of the program that reads Linux' disk
bench libelf-dev - brings the library that the kernel's module tools need
bench xz-utils xz unpacks its NVMe driver
bench zstd zstd unpacks its kernel, whose header says where it begins
bench cpio cpio packs its first file system
bench gdb gdb reads its instruction count where it begins
bench gnuplot-nox gnuplot draws how cost grows
lint clang clang compiles everything a second time
lint clang-format clang-format checks the layout of the code
lint cppcheck cppcheck reads the code for mistakes
lint shellcheck shellcheck reads the scripts for mistakes
END
}

say() { printf 'install: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Prints "package why" for what is missing in the groups named.
missing() {
    local groups=" $* " group package command why known=""
    if command -v dpkg-query >/dev/null; then
        # shellcheck disable=SC2046  # one argument a package
        known=$(dpkg-query -W -f='${db:Status-Abbrev}${Package} ${Version}\n' \
            $(needs | cut -d ' ' -f 2 | sort -u) 2>/dev/null | sed -n 's/^ii *//p' || true)
    fi
    needs | while read -r group package command why; do
        [[ $groups == *" $group "* ]] || continue
        if [ "$command" != - ] && command -v "$command" >/dev/null; then continue; fi
        if is_unobtainable "$package"; then continue; fi
        if [ "$package" = qemu-system-x86 ] && ! qemu_is_old "$known"; then continue; fi
        if [ "$package" != qemu-system-x86 ] && [[ $'\n'$known == *$'\n'"${package%:*} "* ]]; then continue; fi
        printf '%s %s\n' "$package" "$why"
    done | awk '!seen[$1]++'
}

# Optional, and the package lists, where there are any, do not have it?
is_unobtainable() {
    [[ $optional == *" $1 "* ]] && ! lists_are_empty && [ -z "$(apt-cache madison "$1" 2>/dev/null)" ]
}

# Is QEMU absent, or older than what the machine tests need?
qemu_is_old() {
    local version
    version=$(sed -n 's/^qemu-system-x86 \([0-9]*:\)\{0,1\}\([0-9]*\).*/\2/p' <<<"$1")
    if [ -z "$version" ] || [ "${QEMU:-qemu-system-x86_64}" != qemu-system-x86_64 ]; then
        version=$("${QEMU:-qemu-system-x86_64}" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p' || true)
    fi
    [ "${version:-0}" -lt "$qemu_major" ]
}

# The newest QEMU the package lists offer: "10 bookworm-backports", nothing when there is none.
qemu_offered() {
    apt-cache madison qemu-system-x86 2>/dev/null |
        sed -n 's/^[^|]*| *\([0-9]*:\)\{0,1\}\([0-9]*\)[^|]*|.* \([^ ]*\)\/main .*/\2 \3/p' | sort -n | tail -n 1
}

release_name() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# The mirror that serves the release itself.
mirror() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(RELEASE) $(SITE)' 'Created-By: Packages' |
        sed -n "s/^$(release_name) //p" | head -n 1
}

backports_source() {
    printf 'Types: deb\nURIs: %s\nSuites: %s-backports\nComponents: main\n' "$(mirror)" "$(release_name)"
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    if [ -e "$keyring" ]; then printf 'Signed-By: %s\n' "$keyring"; fi
}

add_backports() {
    [ -n "$(mirror)" ] || fail "QEMU $qemu_major is not in this release, and apt names no mirror to take it from"
    say "adding $(release_name)-backports of $(mirror) as $backports_file: the release's own QEMU is older than $qemu_major"
    backports_source | as_root tee "$backports_file" >/dev/null
    if ! as_root apt-get update -q; then
        as_root rm -f "$backports_file"
        fail "the mirror does not serve $(release_name)-backports; removed $backports_file again"
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" </dev/null
}

lists_are_empty() {
    ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null
}

# Installs; with lists gone stale (a version the mirror no longer has) refreshes them once and tries again.
install_packages() {
    apt_install "$@" || { say "trying again with fresh package lists"; as_root apt-get update -q && apt_install "$@"; }
}

install_qemu() {
    local offered
    offered=$(qemu_offered)
    if [ "${offered:-0}" = 0 ] || [ "${offered%% *}" -lt "$qemu_major" ]; then
        [ "$(sed -n 's/^ID=//p' /etc/os-release)" = debian ] ||
            fail "QEMU $qemu_major or newer is needed and this system offers ${offered:-none}; set QEMU=/path/to/one"
        add_backports
        offered=$(qemu_offered)
    fi
    install_packages -t "${offered##* }" qemu-system-x86
}

# What a person without root types: one line. The arguments are the packages besides QEMU; $qemu_missing stands for it.
print_command() {
    local line="" offered suite
    if $qemu_missing; then
        offered=$(qemu_offered)
        suite=${offered##* }
        if [ "${offered%% *}" = "" ] || [ "${offered%% *}" -lt "$qemu_major" ]; then
            suite=$(release_name)-backports
            line="echo 'deb $(mirror) $suite main' | sudo tee ${backports_file%.sources}.list && "
        fi
    fi
    line+="sudo apt-get update"
    if [ $# -gt 0 ]; then line+=" && sudo apt-get install -y --no-install-recommends $*"; fi
    if $qemu_missing; then line+=" && sudo apt-get install -y --no-install-recommends -t $suite qemu-system-x86"; fi
    say "no root here, and no sudo without a password. Type this once, then try again:"
    printf '%s\n' "$line" >&2
}

install_all() {
    local foreign=false
    if [[ "$*" == *:amd64* ]]; then
        foreign=true
        as_root dpkg --add-architecture amd64
    fi
    if $foreign || lists_are_empty; then as_root apt-get update -q; fi
    local package obtainable=()
    for package; do
        if is_unobtainable "$package"; then say "left out: $package is not in this release"; else obtainable+=("$package"); fi
    done
    if [ ${#obtainable[@]} -gt 0 ]; then install_packages "${obtainable[@]}"; fi
    if $qemu_missing; then install_qemu; fi
}

main() {
    local line packages=()
    qemu_missing=false
    while read -r line; do
        [ -n "$line" ] || continue
        say "missing: ${line%% *} (${line#* })"
        if [[ $line == "qemu-system-x86 "* ]]; then qemu_missing=true; else packages+=("${line%% *}"); fi
    done <<<"$(missing "$@")"
    if ! $qemu_missing && [ ${#packages[@]} -eq 0 ]; then return 0; fi
    command -v apt-get >/dev/null || fail "no apt-get here: install the above by hand"
    if $qemu_missing && [ "${QEMU:-qemu-system-x86_64}" != qemu-system-x86_64 ]; then
        fail "QEMU=$QEMU is absent or older than $qemu_major"
    fi
    if ! can_be_root; then
        print_command "${packages[@]}"
        return 1
    fi
    install_all "${packages[@]}"
    line=$(missing "$@")
    [ -z "$line" ] || fail "still missing: $(cut -d ' ' -f 1 <<<"$line" | tr '\n' ' ')"
}

main "$@"
