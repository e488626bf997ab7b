"""The sections of the report page, as HTML."""

import figures
import report_map
import report_plots
import report_tables
import report_timeline
from markup import element, escape, figure, paragraph, section, sheet
from replay import seconds

LANES = 16  # processors that the time lines and tables show: the busiest ones
CLOSE_UPS = 3  # violations that are drawn
LOG_SHOWN = 400  # lines


def processors_of(facts):
    """Those that took most, in order."""
    taken = {cpu: sum(one.counts[cpu] for one in facts.messages + facts.system) for cpu in range(facts.recording.cpus)}
    return sorted(sorted(taken, key=lambda cpu: -taken[cpu])[:LANES])


def checks_section(facts):
    notes = facts.replay.notes + facts.recording.notes
    return section(
        "checks",
        "Checks",
        sheet(report_tables.checks(facts)),
        element("ul", "".join(element("li", escape(note)) for note in notes), class_="muted") if notes else "",
    )


def anomalies_section(facts):
    parts = []
    found = facts.replay.violations
    if found:
        shown = min(len(found), report_tables.VIOLATIONS_SHOWN)
        parts += [
            element("h3", "Violations"),
            paragraph("The first %d of %s." % (shown, figures.count(len(found)))) if shown < len(found) else "",
            sheet(report_tables.violations(facts, seconds)),
        ]
        parts += [close_up(facts, one) for one in _one_a_rule(found)]
    if facts.objects("audit"):
        parts += [element("h3", "Hardware that differs from the record"), sheet(report_tables.drifts(facts))]
    lost = {cpu: count for cpu, count in facts.recording.lost.items() if count}
    if lost:
        parts.append(
            paragraph(
                "Lost by the rings, which were full: %s."
                % ", ".join("%s on CPU %d" % (figures.count(count), cpu) for cpu, count in lost.items())
            )
        )
    if facts.capture.damage or facts.recording.missing:
        parts += [
            element("h3", "Damaged in the capture"),
            paragraph(
                "%d lines, frames or objects could not be read; %d events that the kernel "
                "printed are not here." % (len(facts.capture.damage), facts.recording.missing)
            ),
            sheet(report_tables.damage(facts)),
        ]
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
    return (
        element("h3", "Errors and warnings in the log") + element("pre", escape("\n".join(lines[:LOG_SHOWN])))
        if lines
        else ""
    )


def _refusals(facts):
    lines = [
        "%s: %s" % (facts.capture.commands[said.command].value if said.command >= 0 else "boot", said.value)
        for said in facts.capture.errors
    ]
    summary = "1 command was refused" if len(lines) == 1 else "%d commands were refused" % len(lines)
    return element("details", element("summary", summary) + element("pre", escape("\n".join(lines)))) if lines else ""


def map_section(facts):
    picture = report_map.draw(facts)
    if not picture:
        return section("map", "Routing map", paragraph("No message has a place in this capture."))
    drawn = len(report_map.shown_messages(facts))
    caption = "Where each message is at the end of the recording. A line is thicker the more interrupts came; "
    caption += "beside a message's number, how many."
    if drawn < len(facts.messages):
        caption += " The %d busiest of %d messages are drawn." % (drawn, len(facts.messages))
    return section("map", "Routing map", figure(picture, caption))


def messages_section(facts):
    return section(
        "messages",
        "Messages",
        element("h3", "The record: eight fields, and where each message is"),
        sheet(report_tables.record(facts)),
        element("h3", "What they did: arrivals by processor, and how long the routines took"),
        sheet(report_tables.service(facts, processors_of(facts))),
    )


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
        plots = element(
            "div",
            figure(report_plots.histogram(series), "How many routines took how long.")
            + figure(
                report_plots.percentiles(series), "How long the slowest half, tenth, hundredth of them took at least."
            ),
            class_="pair",
        )
    except report_plots.PlotError as error:
        plots = paragraph("gnuplot drew nothing: %s" % error)
    own = report_tables.latencies(facts) if facts.objects("latency") else ""
    return section(
        "times",
        "Service times",
        paragraph(
            "From a routine's entry to its exit, with whatever preempted it. An emulated machine's "
            "times are its host's."
        ),
        plots,
        report_timeline.legend(facts),
        element("h3", "What the kernel measured by firing each message") + sheet(own) if own else "",
    )


def timeline_section(facts):
    processors = processors_of(facts)
    window = report_timeline.busiest(facts)
    if not window:
        return section("timeline", "Time lines", paragraph("No routine begins and ends in this capture."))
    picture, told = report_timeline.density(facts, processors, window)
    return section(
        "timeline",
        "Time lines",
        figure(
            picture, "The whole recording. " + told + " The frame is the stretch below.", report_timeline.legend(facts)
        ),
        figure(
            report_timeline.excerpt(facts, window, processors),
            "%s of it, from %s on: routines as bars, what preempts above what it preempts; an arrow is a message on "
            "its way to another processor, a ring the old place drained."
            % (figures.duration(window.length), seconds(window.begin)),
        ),
    )


def machine_section(facts):
    parts = []
    if facts.objects("cpu"):
        parts += [element("h3", "Processors"), sheet(report_tables.processors(facts))]
    if facts.objects("function"):
        parts += [element("h3", "PCI functions"), sheet(report_tables.functions(facts))]
    log = ["[%12.6f] %s" % (said.time / 1e9, said.value) for said in facts.capture.log]
    if log:
        parts.append(
            element(
                "details",
                element("summary", "The kernel's log, %d lines" % len(log))
                + element("pre", escape("\n".join(log[:LOG_SHOWN]))),
            )
        )
    return section("machine", "Machine", *(parts or [paragraph("The capture lists neither processors nor functions.")]))
