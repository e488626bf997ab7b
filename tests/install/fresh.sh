#!/usr/bin/env bash
# Proves README's two commands on bare machines: Debian 12 and 13 as debootstrap makes them, in either order, by root
# and by a user who types, as root, the line that the installer prints. Ends with a table; status 1 if any failed.
#
# usage: tests/install/fresh.sh DIRECTORY [RELEASE:FIRST:WHO...]     (12:run:root 12:test:user 13:run:user 13:test:root)
#
# The bases stay in DIRECTORY for the next time, and so do the logs. A machine is a copy of its base that lives in
# name spaces of its own, so that whatever ends this script ends all of it and leaves no mount behind.
set -euo pipefail

# Debian's names of its releases.
declare -A suite=([12]=bookworm [13]=trixie)
mirror=${MIRROR:-http://deb.debian.org/debian}

fail() { printf 'fresh: %s\n' "$*" >&2; exit 1; }

# Runs a command line inside.
enter() { # ROOT USER LINE
    # shellcheck disable=SC2016  # for the shell inside
    setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child bash -c '
        mount -t proc proc "$0/proc" && mkdir -p "$0/dev/shm" && mount -t tmpfs tmpfs "$0/dev/shm" &&
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts" &&
        exec chroot --userspec="$1" "$0" env -i HOME="/home/$1" LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -c "cd /signalbox && $2"
    ' "$@" </dev/null &
    inside=$!
    local status=0
    wait "$inside" || status=$?
    inside=""
    return $status
}

# However this script ends, nothing goes on inside and the machine's files go.
clean_up() {
    local attempt
    if [ -n "$inside" ]; then kill -KILL "$inside" 2>/dev/null || true; fi
    for attempt in 1 2 3 4 5; do
        rm -rf --one-file-system "$root" 2>/dev/null && return
        sleep "$attempt" # processes inside that are being ended still write
    done
}

make_base() { # RELEASE
    local base=$directory/base-$1
    [ ! -e "$base" ] || return 0
    command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
    rm -rf "$base.part"
    debootstrap --variant=minbase --include=ca-certificates,git,make "${suite[$1]}" "$base.part" "$mirror" \
        >"$base.log" 2>&1 || fail "debootstrap failed: $base.log"
    mv "$base.part" "$base"
}

make_machine() { # RELEASE WHO
    rm -rf "$root"
    cp -a "$directory/base-$1" "$root"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    mkdir -p "$root/home"
    if [ "$2" = root ]; then mkdir "$root/home/root"; else chroot "$root" useradd -m -s /bin/bash "$2"; fi
    git clone -q . "$root/signalbox"
    chroot "$root" chown -R "$2:" /signalbox
}

# README's command as that person types it. Who is not root, and is told that something is missing, types the installer's
# line first: as root, where sudo is a function, since a bare machine has none and root needs none.
type_command() { # TARGET WHO
    if [ "$2" != root ]; then
        local status=0
        enter "$root" "$2" "make $1" >"$log.refused" 2>&1 || status=$?
        cat "$log.refused"
        grep -q '^install: missing' "$log.refused" || return $status
        grep '^sudo ' "$log.refused" >"$root/line" || return 1
        # shellcheck disable=SC2016
        enter "$root" root 'sudo() { "$@"; }; . /line' || return 1
    fi
    enter "$root" "$2" "make $1"
}

prove() { # RELEASE FIRST WHO
    local target start status first=$2 second=test
    [ "$first" = run ] || second=run
    make_base "$1"
    make_machine "$1" "$3"
    for target in "$first" "$second"; do
        log=$directory/$1-$2-first-$3-$target.log
        start=$SECONDS status=0
        type_command "$target" "$3" >"$log" 2>&1 || status=$?
        [ $status = 0 ] || failed=1
        printf 'Debian %-3s %-5s %-8s %6d %6d s %6d MB  %s\n' "$1" "$3" "$target" $status $((SECONDS - start)) \
            "$(du -smx "$root" "$directory/base-$1" | awk 'NR == 1 {grown = $1} NR == 2 {print grown - $1}')" \
            "$(grep -E '^(selftest: )?[0-9]+ passed' "$log" | tail -n 1)" | tee -a "$table"
    done
    rm -rf --one-file-system "$root"
}

main() {
    [ "$(id -u)" = 0 ] || fail "makes machines and enters them, so it must be run as root: sudo make fresh"
    directory=$(mkdir -p "$1" && cd "$1" && pwd) table=$directory/table.txt root=$directory/machine failed=0
    shift
    [ -z "$(git status --porcelain)" ] || echo "fresh: proves the last commit; what is changed since is not in it" >&2
    inside=""
    trap clean_up EXIT
    trap 'exit 1' INT TERM # at once: waiting for what is in the background is not put off
    printf '%-10s %-5s %-8s %6s %8s %9s\n' system who make status time grown >"$table"
    local line release first who
    [ $# -gt 0 ] || set -- 12:run:root 12:test:user 13:run:user 13:test:root
    for line; do
        IFS=: read -r release first who <<<"$line"
        [ -n "${suite[$release]:-}" ] || fail "no Debian $release: RELEASE:FIRST:WHO, as in 12:run:root"
        prove "$release" "$first" "$who"
    done
    cat "$table"
    return $failed
}

main "$@"
