#!/usr/bin/env bash
# Finds what systems keep in different places. One list serves make, the machine tests and the installer.
#
# usage: tests/install/find.sh NAME      the files of the first place in places.list that has them all
#        tests/install/find.sh cross     the prefix of the compiler and binutils that make x86-64 ELF, often empty
#        tests/install/find.sh python    the Python that has pytest, else the one to install it for
#
# Status 1: not there. The first place of the list is printed then, for messages to name.
# Environment: PREFIXES, the directories to look below; OVMF, one directory that holds the firmware; GNU_EFI, a prefix.
set -eu

prefixes=${PREFIXES:-/usr /usr/local /opt/homebrew /opt/local /run/current-system/sw}
list=$(dirname "$0")/places.list

all_exist() {
    local file
    for file; do [ -e "$file" ] || return 1; done
}

find_place() {
    local name=$1 prefix place files first=""
    for prefix in $prefixes; do
        while read -r place; do
            if [ "$name" = firmware ] && [ -n "${OVMF:-}" ]; then
                files=$(for file in $place; do printf '%s ' "$OVMF/${file##*/}"; done)
            else
                files=$(for file in $place; do printf '%s ' "$prefix/$file"; done)
            fi
            first=${first:-$files}
            # shellcheck disable=SC2086  # one argument a file
            if all_exist $files; then printf '%s\n' "${files% }"; return 0; fi
        done <<<"$(sed -n "s/^$name //p" "$list")"
    done
    printf '%s\n' "${first% }"
    return 1
}

find_cross() {
    local prefix
    for prefix in "" x86_64-linux-gnu- x86_64-elf-; do
        case $("${prefix}gcc" -dumpmachine 2>/dev/null || true) in
        x86_64*linux* | x86_64*elf* | x86_64*bsd*) printf '%s\n' "$prefix"; return 0 ;;
        esac
    done
    return 1
}

find_python() {
    local python
    for python in /usr/bin/python3 python3; do
        if "$python" -c 'import importlib.util as u; exit(not u.find_spec("pytest"))' 2>/dev/null; then
            echo "$python"
            return 0
        fi
    done
    # Packages install their modules for the system's own.
    if [ -e /usr/bin/python3 ] || command -v apt-get >/dev/null; then echo /usr/bin/python3; else echo python3; fi
    return 1
}

case ${1:-} in
cross | python) "find_$1" ;;
*)
    if [ "${1:-}" = gnu-efi ] && [ -n "${GNU_EFI:-}" ]; then prefixes=$GNU_EFI; fi
    find_place "${1:?usage: find.sh NAME}"
    ;;
esac
