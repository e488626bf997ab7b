#!/usr/bin/python3
"""Makes one page of a capture: what the machine's interrupts did, and whether all of it was right.

usage: tests/trace/report.py CAPTURE REPORT.html

The page needs nothing but itself: no network, no script. Exit status 1 when the capture holds no trace.
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
import report_map  # noqa: E402
import report_plots  # noqa: E402
import report_tables  # noqa: E402
import report_timeline  # noqa: E402
from facts import FAIL, GAP, OK  # noqa: E402
from replay import seconds  # noqa: E402
from svg import element, escape  # noqa: E402

LANES = 16  # processors that the time lines and tables show: the busiest ones
CLOSE_UPS = 3  # violations that are drawn
LOG_SHOWN = 400
_WORDS = {OK: "PASS", GAP: "PASS, WITH GAPS", FAIL: "FAIL"}


def processors_of(facts):
    """Those that took most, in order."""
    taken = {cpu: sum(one.counts[cpu] for one in facts.messages + facts.system) for cpu in range(facts.recording.cpus)}
    return sorted(sorted(taken, key=lambda cpu: -taken[cpu])[:LANES])


def section(name, title, *parts):
    return element("section", element("h2", escape(title)) + "".join(filter(None, parts)), id=name)


def sheet(*parts):
    return element("div", "".join(parts), class_="sheet")


def paragraph(text, **attributes):
    return element("p", escape(text), **attributes)


def figure(picture, caption, *more):
    return element("figure", sheet(picture, element("figcaption", escape(caption)), *more))


# ---- the top ----

def verdict(facts):
    total = sum(one.total for one in facts.messages)
    told = "%s interrupts of %d messages on %d processors, %s moves." % (
        figures.count(total), len(facts.messages), facts.recording.cpus, figures.count(facts.replay.moves))
    wrong = [check for check in facts.checks if check.state == FAIL] or [check for check in facts.checks if check.state == GAP]
    if not wrong:
        told += " Every one came where its message was; the map at the end is the kernel's table."
    else:
        told += " Does not hold: " if facts.state == FAIL else " To look at: "
        told += "; ".join("%s (%s)" % (check.claim[0].lower() + check.claim[1:], check.detail) for check in wrong[:3])
        told += "; and %d more." % (len(wrong) - 3) if len(wrong) > 3 else "."
    return element("div", element("b", _WORDS[facts.state]) + paragraph(told), class_="verdict " + facts.state)


def key_figures(facts):
    recording = facts.recording
    shown = [(sum(one.total for one in facts.messages), "interrupts"), (len(facts.messages), "messages"), (recording.cpus, "processors"),
             (facts.replay.moves, "moves"), (facts.replay.preemptions, "preemptions"), (sum(recording.lost.values()), "events lost"),
             (len(recording.capture.damage) + recording.missing, "damaged")]
    tiles = [(figures.count(value), name) for value, name in shown] + [(figures.duration(recording.end - recording.begin), "recorded")]
    return element("div", "".join(element("div", element("b", escape(value)) + element("span", escape(name))) for value, name in tiles),
                   class_="figures")


def head(facts, source):
    version = facts.latest("version")[0].get("text") if facts.objects("version") else "Signalbox"
    return "".join([
        element("h1", "Signalbox interrupt report"), paragraph("%s, %d processors · %s" % (version, facts.recording.cpus, source), class_="lead"),
        verdict(facts), key_figures(facts),
        element("nav", "".join(element("a", title, href="#" + name) for name, title in (
            ("checks", "Checks"), ("anomalies", "Anomalies"), ("map", "Routing map"), ("messages", "Messages"), ("times", "Service times"),
            ("timeline", "Time lines"), ("machine", "Machine"))))])


# ---- the sections ----

def checks_section(facts):
    notes = facts.replay.notes + facts.recording.notes
    return section("checks", "Checks", sheet(report_tables.checks(facts)),
                   element("ul", "".join(element("li", escape(note)) for note in notes), class_="muted") if notes else "")


def anomalies_section(facts):
    parts = []
    found = facts.replay.violations
    if found:
        shown = min(len(found), report_tables.VIOLATIONS_SHOWN)
        parts += [element("h3", "Violations"), paragraph("The first %d of %s." % (shown, figures.count(len(found)))) if shown < len(found) else "",
                  sheet(report_tables.violations(facts, seconds))]
        parts += [close_up(facts, one) for one in _one_a_rule(found)]
    if facts.objects("audit"):
        parts += [element("h3", "Hardware that differs from the record"), sheet(report_tables.drifts(facts))]
    lost = {cpu: count for cpu, count in facts.recording.lost.items() if count}
    if lost:
        parts.append(paragraph("Lost by the rings, which were full: %s." % ", ".join(
            "%s on CPU %d" % (figures.count(count), cpu) for cpu, count in lost.items())))
    if facts.capture.damage or facts.recording.missing:
        parts += [element("h3", "Damaged in the capture"), paragraph("%d lines, frames or objects could not be read; %d events that the kernel "
                  "printed are not here." % (len(facts.capture.damage), facts.recording.missing)), sheet(report_tables.damage(facts))]
    parts.append(_complaints(facts))
    return section("anomalies", "Anomalies", *(parts if any(parts) else [paragraph("None.")]), _refusals(facts))


def _one_a_rule(found):
    first = {}
    for one in found:
        first.setdefault(one.rule, one)
    return list(first.values())[:CLOSE_UPS]


def close_up(facts, one):
    window = report_timeline.around(facts, one.time)
    picture = report_timeline.excerpt(facts, window, processors_of(facts), one.time)
    return figure(picture, "%s at %s (line %d): %s" % (one.rule, seconds(one.time), one.line + 1, one.text))


def _complaints(facts):
    """What the kernel itself logged."""
    lines = [said.value for said in facts.capture.log if said.value.startswith(("error: ", "warning: "))]
    return element("h3", "Errors and warnings in the log") + element("pre", escape("\n".join(lines[:LOG_SHOWN]))) if lines else ""


def _refusals(facts):
    lines = ["%s: %s" % (facts.capture.commands[said.command].value if said.command >= 0 else "boot", said.value) for said in facts.capture.errors]
    summary = "1 command was refused" if len(lines) == 1 else "%d commands were refused" % len(lines)
    return element("details", element("summary", summary) + element("pre", escape("\n".join(lines)))) if lines else ""


def map_section(facts):
    picture = report_map.draw(facts)
    if not picture:
        return section("map", "Routing map", paragraph("No message has a place in this capture."))
    drawn = len(report_map.shown_messages(facts))
    caption = "Where each message is at the end of the recording. A line is thicker the more interrupts came; beside a message's number, how many."
    if drawn < len(facts.messages):
        caption += " The %d busiest of %d messages are drawn." % (drawn, len(facts.messages))
    return section("map", "Routing map", figure(picture, caption))


def messages_section(facts):
    return section("messages", "Messages",
                   element("h3", "The record: eight fields, and where each message is"), sheet(report_tables.record(facts)),
                   element("h3", "What they did: arrivals by processor, and how long the routines took"),
                   sheet(report_tables.service(facts, processors_of(facts))))


def _series(facts):
    """(colour, name, times) by device, the busiest eight."""
    found = []
    for number, device in enumerate(facts.devices):
        mine = [one for one in facts.messages if one.device == device]
        times = [time for one in mine for time in one.times]
        if times:
            found.append((number % 8, mine[0].driver or device, times))
    return sorted(found, key=lambda one: -len(one[2]))[:8]


def times_section(facts):
    series = _series(facts)
    if not series:
        return section("times", "Service times", paragraph("No routine of a message begins and ends in this capture."))
    try:
        plots = element("div", figure(report_plots.histogram(series), "How many routines took how long.")
                        + figure(report_plots.percentiles(series), "How long the slowest half, tenth, hundredth of them took at least."), class_="pair")
    except report_plots.PlotError as error:
        plots = paragraph("gnuplot drew nothing: %s" % error)
    own = report_tables.latencies(facts) if facts.objects("latency") else ""
    return section("times", "Service times", paragraph("From a routine's entry to its exit, with whatever preempted it. An emulated machine's "
                   "times are its host's."), plots, report_timeline.legend(facts),
                   element("h3", "The kernel's own histograms since boot") + sheet(own) if own else "")


def timeline_section(facts):
    processors = processors_of(facts)
    window = report_timeline.busiest(facts)
    if not window:
        return section("timeline", "Time lines", paragraph("No routine begins and ends in this capture."))
    picture, told = report_timeline.density(facts, processors, window)
    return section("timeline", "Time lines", figure(picture, "The whole recording. " + told + " The frame is the stretch below.", report_timeline.legend(facts)),
                   figure(report_timeline.excerpt(facts, window, processors),
                          "%s of it, from %s on: routines as bars, what preempts above what it preempts; an arrow is a message on its way to "
                          "another processor, a ring the old place drained." % (figures.duration(window.length), seconds(window.begin))))


def machine_section(facts):
    parts = []
    if facts.objects("cpu"):
        parts += [element("h3", "Processors"), sheet(report_tables.processors(facts))]
    if facts.objects("function"):
        parts += [element("h3", "PCI functions"), sheet(report_tables.functions(facts))]
    log = ["[%12.6f] %s" % (said.time / 1e9, said.value) for said in facts.capture.log]
    if log:
        parts.append(element("details", element("summary", "The kernel's log, %d lines" % len(log)) + element("pre", escape("\n".join(log[:LOG_SHOWN])))))
    return section("machine", "Machine", *(parts or [paragraph("The capture lists neither processors nor functions.")]))


def foot(facts, source, data):
    return element("footer", escape("%s: %s bytes, %s lines, SHA-256 %s. Made by make report; line numbers are the capture's." % (
        source, figures.count(len(data)), figures.count(facts.capture.lines), hashlib.sha256(data).hexdigest())))


def page(facts, source, data):
    with open(os.path.join(HERE, "report.css"), encoding="utf-8") as file:
        style = file.read()
    body = "".join([head(facts, source), checks_section(facts), anomalies_section(facts), map_section(facts), messages_section(facts),
                    times_section(facts), timeline_section(facts), machine_section(facts), foot(facts, source, data)])
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>%s: Signalbox interrupt report</title>\n<style>\n%s</style></head>\n<body><main>%s</main></body></html>\n"
            % (escape(_WORDS[facts.state]), style, body))


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
    sys.exit(main(*sys.argv[1:]))
