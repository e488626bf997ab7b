#!/usr/bin/env bash
# Looks for what a make target needs and says what is missing, what for, and what brings it. On Debian and Ubuntu it
# installs that: as root, or through a sudo that asks no password, by the very line that it prints for everybody else.
#
# usage: tests/install.sh GROUP...     groups: build run machine test trace lint simulate bench dist sign zoo
#
# Nothing missing: says nothing, does nothing. tests/install/needs.list holds the needs, places.list where files may be.
# Environment: CC CROSS_COMPILE FUZZ_CC NASM OVMF OVMF_CODE OVMF_VARS GNU_EFI FONT PCI_IDS PYTHON QEMU UNIT_CC, as make
# has them; OS_RELEASE, the file that names the system (/etc/os-release).
set -euo pipefail

here=$(dirname "$0")/install
qemu=${QEMU:-qemu-system-x86_64}
backports_file=/etc/apt/sources.list.d/signalbox-backports.list

say() { printf 'install: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# ---- what system this is ----

release() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" "${OS_RELEASE:-/etc/os-release}" 2>/dev/null || true; }

# The column of needs.list: debian, fedora, arch, homebrew, or nothing where we do not know.
family() {
    case " $(release ID) $(release ID_LIKE) " in
    *" debian "* | *" ubuntu "*) echo debian ;;
    *" fedora "* | *" rhel "*) echo fedora ;;
    *" arch "*) echo arch ;;
    *) if [ "$(uname)" = Darwin ]; then echo homebrew; fi ;;
    esac
}

# The word of a column that holds here.
choose() {
    local word
    for word; do
        case $word in
        "$machine?"* | "$system?"*) echo "${word#*\?}"; return ;;
        *\?*) ;;
        *) echo "$word"; return ;;
        esac
    done
}

# ---- what there is ----

compiles() { # COMPILER HEADER
    printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <%s>\n' "$2" |
        "$1" -fsyntax-only -x c - 2>/dev/null
}

links() { # gcc|clang FLAG
    local compiler=${UNIT_CC:-gcc} source='int main(void) { return 0; }'
    if [ "$1" = clang ]; then
        compiler=${FUZZ_CC:-clang} source='int LLVMFuzzerTestOneInput(void) { return 0; }'
    fi
    "$compiler" "$2" -x c -o /dev/null - <<<"$source" 2>/dev/null
}

qemu_major() { "$qemu" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p' || true; }

# Is what a line of needs.list looks for there?
is_there() { # KIND NAME [FLAG]
    local given=""
    case $1 in
    command)
        case $2 in gcc) given=${UNIT_CC:-} ;; clang) given=${FUZZ_CC:-} ;; nasm) given=${NASM:-} ;; esac
        command -v "${given:-$2}" >/dev/null
        ;;
    cross)
        local prefix=${CROSS_COMPILE:-}
        [ -n "$prefix" ] || prefix=$("$here/find.sh" cross) || return 1
        case $2 in *.h) compiles "${prefix}gcc" "$2" ;; *) command -v "$prefix$2" >/dev/null ;; esac
        ;;
    place)
        case $2 in font) given=${FONT:-} ;; pci.ids) given=${PCI_IDS:-} ;; firmware) given=${OVMF_CODE:-} ;; esac
        if [ -n "$given" ]; then [ -e "$given" ]; else "$here/find.sh" "$2" >/dev/null; fi
        ;;
    python) "$python" -c 'import importlib.util as u, sys; u.find_spec(sys.argv[1]) or sys.exit(1)' "$2" 2>/dev/null ;;
    header) compiles "${UNIT_CC:-gcc}" "$2" ;;
    links) links "$2" "$3" ;;
    qemu) [ "$(qemu_major | grep . || echo 0)" -ge "$2" ] ;;
    *) fail "needs.list: nobody knows how to look for \"$*\"" ;;
    esac
}

# What a person calls it.
title() { # KIND NAME [FLAG]
    case $1 in
    command) echo "$2" ;;
    cross) echo "$2 for x86-64" ;;
    place) echo "$2" ;;
    python) if [ "$2" = sys ]; then echo Python; else echo "Python's $2"; fi ;;
    header) echo "$2" ;;
    links) echo "$2's $3" ;;
    qemu) echo "QEMU $2" ;;
    esac
}

# The packages for everybody, where we do not know whose this system is.
# shellcheck disable=SC2086  # one argument a word
everywhere() { # DEBIAN FEDORA ARCH HOMEBREW
    printf 'Debian and Ubuntu: %s; Fedora: %s; Arch: %s; Homebrew: %s' \
        "$(choose $1)" "$(choose $2)" "$(choose $3)" "$(choose $4)"
}

# Prints "title|why|packages" for what is missing in the groups named.
# shellcheck disable=SC2086  # one argument a word
missing() {
    local wanted=" $* " groups thing why debian fedora arch homebrew group packages
    while IFS='|' read -r groups thing why debian fedora arch homebrew; do
        for group in $groups; do
            [[ $wanted == *" $group "* ]] || continue
            if is_there $thing; then break; fi
            case $family in
            debian) packages=$(choose $debian) ;;
            fedora) packages=$(choose $fedora) ;;
            arch) packages=$(choose $arch) ;;
            homebrew) packages=$(choose $homebrew) ;;
            *) packages=$(choose $debian) ;;
            esac
            if [ -z "$packages" ]; then break; fi
            if [ -z "$family" ]; then packages=$(everywhere "$debian" "$fedora" "$arch" "$homebrew"); fi
            why=${why# }
            printf '%s|%s|%s\n' "$(title $thing)" "${why% }" "$packages"
            break
        done
    done <<<"$(grep '|' "$here/needs.list" | grep -v '^#')"
}

# ---- installing ----

# What apt reads: one line "MIRROR SUITE COMPONENTS..." a suite, package lists or not.
apt_suites() {
    apt-get --print-uris update 2>/dev/null | sed -n "s|^'\(.*\)/dists/\([^/]*\)/InRelease'.*|\1 \2|p"
}

# The line that installs, for /bin/sh as root. --no-remove: what somebody has installed stays. First everything comes
# from the release but what names another suite; where that does not fit what is here already, all may come from the
# second suite, whose packages are made to fit each other, in the same one call. Two calls would not know of each other.
apt_line() { # PACKAGE[/SUITE]...
    local packages="$*" suites suite="" file="" mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    local install="apt-get install -q -y --no-install-recommends --no-remove"
    suites=$(apt_suites)
    printf 'export DEBIAN_FRONTEND=noninteractive; '
    if [ "$(release ID)" = ubuntu ] && ! apt-get --print-uris update 2>/dev/null | grep -q /universe/; then
        printf 'apt-get update -q; %s software-properties-common; add-apt-repository -y universe; ' "$install"
    fi
    if [[ $packages == *:amd64* ]]; then printf 'dpkg --add-architecture amd64; '; fi
    suite=$(release VERSION_CODENAME)-backports
    if [[ $packages == *"/$suite"* && $'\n'$suites$'\n' != *" $suite"$'\n'* ]]; then
        mirror=$(sed -n "s/ ${suite%-backports}$//p" <<<"$suites" | head -n 1)
        file=$backports_file
        printf 'echo "deb %s%s %s main" >%s; ' "$([ ! -e $keyring ] || echo "[signed-by=$keyring] ")" \
            "${mirror:-http://deb.debian.org/debian}" "$suite" "$file"
    fi
    printf 'apt-get update -q; %s %s' "$install" "$packages"
    if [ -n "$file" ] || [[ $'\n'$suites$'\n' == *" $suite"$'\n'* ]]; then
        printf ' || %s -t %s %s' "$install" "$suite" "$packages"
    fi
    if [ -n "$file" ]; then printf ' || { rm %s; false; }' "$file"; fi
    printf '\n'
}

has_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

install_with_apt() { # PACKAGE[/SUITE]...
    local line
    line=$(apt_line "$@")
    if ! has_root; then
        say "no root here, and no sudo without a password. Type this once, then try again:"
        printf "sudo sh -c '%s'\n" "$line" >&2
        return 1
    fi
    say "installs, as root: $line"
    if [ "$(id -u)" = 0 ]; then sh -c "$line" </dev/null; else sudo -n sh -c "$line" </dev/null; fi
}

# What a person types on a system whose packages we know but do not install.
print_command() { # PACKAGE...
    say "this would bring what has a package; then try again:"
    case $family in
    debian) printf 'sudo apt-get install -y --no-install-recommends %s\n' "$*" >&2 ;;
    fedora) printf 'sudo dnf install %s\n' "$*" >&2 ;;
    arch) printf 'sudo pacman -S --needed %s\n' "$*" >&2 ;;
    homebrew) printf 'brew install %s\n' "$*" >&2 ;;
    esac
    return 1
}

# Packages by name, each once. One that names a suite stands for one that does not.
package_words() {
    cut -d '|' -f 3 | tr ', ' '\n' | grep -v '^-*$' | sort -r | awk -F / '!seen[$1]++' | sort
}

main() {
    local found title why wanted packages
    machine=$(uname -m) system=$(release ID)$(release VERSION_ID) family=$(family)
    python=${PYTHON:-$("$here/find.sh" python || true)}
    found=$(missing "$@")
    [ -n "$found" ] || return 0
    while IFS='|' read -r title why wanted; do
        say "missing: $title ($why): ${wanted//,/, }"
    done <<<"$found"
    if [[ $found == *"QEMU "* ]]; then
        say "$qemu is $(qemu_major | sed 's/^/version /' | grep . || echo absent); QEMU=/path/to/another names another"
        [ "$qemu" = qemu-system-x86_64 ] || return 1
    fi
    # shellcheck disable=SC2207  # one element a word
    packages=($([ -z "$family" ] || package_words <<<"$found"))
    if [ ${#packages[@]} = 0 ]; then
        fail "install the above by hand; FONT, PCI_IDS, GNU_EFI, OVMF, QEMU, CROSS_COMPILE and PYTHON say where they are"
    elif [ "$family" != debian ] || ! command -v apt-get >/dev/null; then
        print_command "${packages[@]}"
    else
        install_with_apt "${packages[@]}"
    fi
    found=$(missing "$@")
    [ -z "$found" ] || fail "still missing: $(cut -d '|' -f 1 <<<"$found" | paste -s -d , -)"
}

main "$@"
