#!/bin/sh
# Runs a command while two endless loops take the processors from it. The loops end with it, whatever becomes of it.
#
# usage: tests/busy.sh COMMAND...     The exit status is the command's.

loops=
end_loops() {
    # shellcheck disable=SC2086 # an id each
    kill $loops 2>/dev/null
    wait
}
# A shell acts on a signal when the command it waits for has ended.
trap end_loops EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

for _ in 1 2; do
    # One that is left behind by a shell that was killed notices that it is gone.
    while kill -0 $$ 2>/dev/null; do :; done &
    loops="$loops $!"
done
"$@"
