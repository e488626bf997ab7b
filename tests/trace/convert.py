#!/usr/bin/python3
"""Turns a console capture into what trace tools open, and says what is in it.

usage: tests/trace/convert.py CAPTURE OUTDIR

CAPTURE is the bytes of a serial session with `trace dump`, `trace dump marks` or `trace dump ctf` somewhere in it.
OUTDIR gets
  ctf/                  babeltrace2, Trace Compass, lttng-irqstats, lttng-irqlog, lttng-irqfreq
  trace.dat             trace-cmd report, KernelShark
  trace.perfetto-trace  ui.perfetto.dev
  trace.json            chrome://tracing
  trace.txt             ftrace text, and a capture again
Exit status 1 when the capture holds no trace, 2 when it cannot be read or the files cannot be written.
"""

import os
import sys
from collections import Counter

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chrome  # noqa: E402
import ctf  # noqa: E402
import ftrace_text  # noqa: E402
import perfetto  # noqa: E402
import recording as recording_module  # noqa: E402
import replay  # noqa: E402
import slices  # noqa: E402
import trace_dat  # noqa: E402

_SHOWN = 10  # damaged lines that are printed
_WIDE = 8  # processors that fit in the table


def write_ctf(directory, recording):
    """The kernel's own packets where there is one dump of them; a CTF of ours otherwise."""
    frames = recording.capture.frames
    if len(frames) == 1:
        try:
            ctf.write_packets(directory, frames[0])
            ctf.read(directory)
            return "the kernel's own packets"
        except ctf.CtfError as reason:
            recording.notes.append("ctf is written from the text: %s" % reason)
    ctf.write(directory, recording, recording.capture.version)
    return "written from %s" % ("several dumps" if frames else "the text")


def write_all(recording, directory):
    """All files; answers what is worth telling of them."""
    os.makedirs(directory, exist_ok=True)
    paired, unpaired = slices.pair(recording.events)
    changes = replay.play(recording).changes

    def path(name):
        return os.path.join(directory, name)

    told = {"ctf": write_ctf(path("ctf"), recording)}
    trace_dat.write(path("trace.dat"), recording)
    perfetto.write(path("trace.perfetto-trace"), recording, paired, changes)
    chrome.write(path("trace.json"), recording, paired)
    ftrace_text.write(path("trace.txt"), recording)
    preempted = sum(one.preempted > 0 for one in paired)
    if preempted:
        told["preempted"] = "LTTng's analyses leave out %d routines that others preempted" % preempted
    if unpaired:
        told["unpaired"] = "%d entries and exits without partner are in no slice" % unpaired
    return told


def show(recording):
    """Counts by message and processor, what was lost, what was damaged."""
    counts = recording.counts()
    wide = recording.cpus > _WIDE
    heads = ["TOTAL"] if wide else ["CPU%d" % cpu for cpu in range(recording.cpus)] + ["TOTAL"]
    print("%-28s %5s" % ("MESSAGE", "IRQ") + "".join("%9s" % head for head in heads))
    for irq in sorted({irq for irq, _ in counts} | set(recording.routes)):
        row = [counts[irq, cpu] for cpu in range(recording.cpus)]
        print(
            "%-28s %5d" % (recording.name_of(irq), irq)
            + "".join("%9d" % one for one in (row[:0] if wide else row) + [sum(row)])
        )
    kinds = Counter(one.kind for one in recording.events)
    print(", ".join("%d %s" % (count, kind) for kind, count in sorted(kinds.items())))
    show_losses(recording)


def show_losses(recording):
    damage = recording.capture.damage
    by_kind = Counter(
        "frames" if found.what == "frame" else "objects" if found.what == "json" else "lines" for found in damage
    )
    print(
        "%d events, %d lost by the rings, %d missing in the capture, %d damaged (%s)"
        % (
            len(recording.events),
            sum(recording.lost.values()),
            recording.missing,
            len(damage),
            ", ".join("%d %s" % (by_kind[kind], kind) for kind in ("lines", "frames", "objects")),
        )
    )
    for found in damage[:_SHOWN]:
        print(
            "damaged: line %d: %s: %s"
            % (found.line, found.what, found.text.encode("ascii", "backslashreplace").decode())
        )
    if len(damage) > _SHOWN:
        print("damaged: and %d more" % (len(damage) - _SHOWN))


def main(path, directory):
    recording = recording_module.load(path)
    if not recording.events:
        show_losses(recording)
        print("convert: %s holds no trace" % path, file=sys.stderr)
        return 1
    told = write_all(recording, directory)
    show(recording)
    for text in recording.notes:
        print("note: %s" % text)
    print("%s: ctf (%s), trace.dat, trace.perfetto-trace, trace.json, trace.txt" % (directory, told.pop("ctf")))
    for text in told.values():
        print("note: %s" % text)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except OSError as error:
        print("convert: %s" % error, file=sys.stderr)
        sys.exit(2)
