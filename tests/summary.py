"""The runners' counts, kept as one small file each, and their sum as the last line of a run."""

import os
import sys


def write(directory, runner, passed, failed):
    """What a runner counted: one line "PASSED FAILED"."""
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, runner), "w", encoding="ascii") as file:
        file.write("%d %d\n" % (passed, failed))


def of_pytest(reporter):
    """(passed, failed). A skipped test is a failed one: nothing here depends on what the host happens to have."""
    stats = reporter.stats
    return len(stats.get("passed", [])), sum(len(stats.get(kind, [])) for kind in ("failed", "error", "skipped", "xfailed", "xpassed"))


def read(directory, runner):
    """A runner without counts has not come to its end, and one that ran nothing has shown nothing: one failure."""
    try:
        with open(os.path.join(directory, runner), encoding="ascii") as file:
            passed, failed = map(int, file.read().split())
            if passed or failed:
                return passed, failed
            print("%s: nothing ran" % runner)
    except (OSError, ValueError):
        print("%s: no summary" % runner)
    return 0, 1


def main(directory, *runners):
    counts = [read(directory, runner) for runner in runners]
    for runner, (passed, failed) in zip(runners, counts):
        print("%-8s %4d passed, %d failed" % (runner, passed, failed))
    passed, failed = map(sum, zip(*counts))
    print("%d passed, %d failed" % (passed, failed))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
