#!/usr/bin/python3
"""Makes one page of a capture: what the machine's interrupts did, and whether all of it was right.

usage: tests/trace/report.py CAPTURE REPORT.html

The page needs nothing but itself: no network, no script. Exit status 1 when the capture holds no
trace, 2 when it cannot be read or the page cannot be written.
"""

import hashlib
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import facts as facts_module  # noqa: E402
import figures  # noqa: E402
import recording as recording_module  # noqa: E402
import report_sections as sections  # noqa: E402
from facts import BLIND, FAIL, GAP, OK  # noqa: E402
from markup import element, escape, paragraph  # noqa: E402

_WORDS = {OK: "PASS", GAP: "PASS, WITH GAPS", FAIL: "FAIL", BLIND: "CANNOT JUDGE"}


def verdict(facts):
    total = sum(one.total for one in facts.messages)
    told = "%s interrupts of %d messages on %d processors, %s moves." % (
        figures.count(total),
        len(facts.messages),
        facts.recording.cpus,
        figures.count(facts.replay.moves),
    )
    wrong = [check for check in facts.checks if check.state == FAIL] or [
        check for check in facts.checks if check.state == GAP
    ]
    if facts.state == BLIND:
        told += " Whether every one came where its message was cannot be told: %s." % facts.replay.obstacle
    elif not wrong:
        told += " Every one came where its message was; the map at the end is the kernel's table."
    else:
        told += " Does not hold: " if facts.state == FAIL else " To look at: "
        told += "; ".join("%s (%s)" % (check.claim[0].lower() + check.claim[1:], check.detail) for check in wrong[:3])
        told += "; and %d more." % (len(wrong) - 3) if len(wrong) > 3 else "."
    return element("div", element("b", _WORDS[facts.state]) + paragraph(told), class_="verdict " + facts.state)


def key_figures(facts):
    recording = facts.recording
    shown = [
        (sum(one.total for one in facts.messages), "interrupts"),
        (len(facts.messages), "messages"),
        (recording.cpus, "processors"),
        (facts.replay.moves, "moves"),
        (facts.replay.preemptions, "preemptions"),
        (sum(recording.lost.values()), "events lost"),
        (len(recording.capture.damage) + recording.missing, "damaged"),
    ]
    tiles = [(figures.count(value), name) for value, name in shown] + [
        (figures.duration(recording.end - recording.begin), "recorded")
    ]
    return element(
        "div",
        "".join(element("div", element("b", escape(value)) + element("span", escape(name))) for value, name in tiles),
        class_="figures",
    )


def head(facts, source):
    return "".join(
        [
            element("h1", "Signalbox interrupt report"),
            paragraph("%s · %d processors · %s" % (facts.capture.version, facts.recording.cpus, source), class_="lead"),
            verdict(facts),
            key_figures(facts),
            element(
                "nav",
                "".join(
                    element("a", title, href="#" + name)
                    for name, title in (
                        ("checks", "Checks"),
                        ("anomalies", "Anomalies"),
                        ("map", "Routing map"),
                        ("messages", "Messages"),
                        ("times", "Service times"),
                        ("timeline", "Time lines"),
                        ("machine", "Machine"),
                    )
                ),
            ),
        ]
    )


def foot(facts, source, data):
    return element(
        "footer",
        escape(
            "%s: %s bytes, %s lines, SHA-256 %s. Made by make report; line numbers are the capture's."
            % (source, figures.count(len(data)), figures.count(facts.capture.lines), hashlib.sha256(data).hexdigest())
        ),
    )


def page(facts, source, data):
    with open(os.path.join(HERE, "report.css"), encoding="utf-8") as file:
        style = file.read()
    body = "".join(
        [
            head(facts, source),
            sections.checks_section(facts),
            sections.anomalies_section(facts),
            sections.map_section(facts),
            sections.messages_section(facts),
            sections.times_section(facts),
            sections.timeline_section(facts),
            sections.machine_section(facts),
            foot(facts, source, data),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>%s: Signalbox interrupt report</title>\n<style>\n%s</style></head>\n"
        "<body><main>%s</main></body></html>\n" % (escape(_WORDS[facts.state]), style, body)
    )


def main(path, target):
    with open(path, "rb") as file:
        data = file.read()
    recording = recording_module.of_bytes(data)
    if not recording.events:
        print("report: %s holds no trace" % path, file=sys.stderr)
        return 1
    facts = facts_module.gather(recording)
    os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
    with open(target, "w", encoding="utf-8") as file:
        file.write(page(facts, os.path.basename(path), data))
    print("report: %s: %s" % (_WORDS[facts.state], target))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except OSError as error:
        print("report: %s" % error, file=sys.stderr)
        sys.exit(2)
