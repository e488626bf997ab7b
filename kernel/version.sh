#!/bin/sh
# Writes the header that says which build this is, for the kernel and for the loader, which see nothing else in common.
#
# usage: kernel/version.sh RELEASE HEADER     from the root of the tree; a header that says the same already stays as it is
#
# The commit is the one checked out, with a plus behind it when a file of the tree was changed or one was added to what is
# compiled. The date is SOURCE_DATE_EPOCH's, or else the commit's, so that the same source gives the same bytes. Without a
# repository that has this tree in it both are unknown, and the header says so.
set -eu

release=$1 header=$2

# Read only, and whoever the files belong to.
repository() { git --no-optional-locks -c safe.directory='*' -c log.showSignature=false "$@" 2>/dev/null; }
day_of() { date -u -d "@$1" +%Y-%m-%d 2>/dev/null || date -u -r "$1" +%Y-%m-%d; }
quoted() { if [ -n "$1" ]; then printf '"%s"' "$1"; else printf NULL; fi; }

changes() {
    repository status --porcelain --untracked-files=no -- . &&
        repository ls-files --others --exclude-standard -- arch boot drivers kernel
}

# An unpacked archive may lie inside a repository of something else, which does not know its files.
commit="" changed=0 seconds=${SOURCE_DATE_EPOCH:-}
if repository ls-files --error-unmatch Makefile >/dev/null && id=$(repository rev-parse HEAD) && differing=$(changes); then
    commit=$(printf %.12s "$id")
    if [ -n "$differing" ]; then changed=1 commit=$commit+; fi
    seconds=${seconds:-$(repository log -1 --format=%ct)}
fi
case $seconds in *[!0-9]*) echo "version: SOURCE_DATE_EPOCH=$seconds is not a number of seconds" >&2; exit 1 ;; esac
day=${seconds:+$(day_of "$seconds")}

mkdir -p "$(dirname "$header")"
cat >"$header.new" <<END
// Which build this is. Made by kernel/version.sh.
#define VERSION_DIGITS(major, minor, patch) VERSION_QUOTED(major) "." VERSION_QUOTED(minor) "." VERSION_QUOTED(patch)
#define VERSION_QUOTED(number)              #number
#ifdef __clang__
#define VERSION_COMPILER "clang " VERSION_DIGITS(__clang_major__, __clang_minor__, __clang_patchlevel__)
#else
#define VERSION_COMPILER "gcc " VERSION_DIGITS(__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__)
#endif
#define VERSION_RELEASE "$release"
#define VERSION_COMMIT  $(quoted "$commit")
#define VERSION_CHANGED $changed
#define VERSION_DATE    $(quoted "$day")
#define VERSION_NAME    "Signalbox $release, ${commit:+commit }${commit:-unknown commit}${day:+, $day}"
#define VERSION_TEXT    VERSION_NAME " (" VERSION_COMPILER ")"
END
if cmp -s "$header.new" "$header"; then rm "$header.new"; else mv "$header.new" "$header"; fi
