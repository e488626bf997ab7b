"""The picture of how costs grow: a column for processors, one for messages; a row for what should be flat, for boot, for memory."""

import re
import subprocess
from dataclasses import dataclass

AXES = {"cpus": "processors", "messages": "messages"}
SIZE = (960, 640)
COLOURS = ("#1b6ca8", "#c8553d", "#3c8d5a", "#8a6d1d")
INK, RULE = "#333333", "#cccccc"
TICKS = 5  # about so many on an axis


@dataclass(frozen=True)
class Panel:
    title: str
    series: tuple  # (figure, what it is called)
    divisor: int = 1
    is_flat: bool = False  # on logarithmic axes; else what grows is a straight line


PANELS = (
    Panel("instructions", (("retarget", "move a message"), ("connect_64", "connect, each of 64"), ("self_ipi", "interrupt to oneself"),
                           ("message_round_trip", "interrupt, both ways")), is_flat=True),
    Panel("boot, million instructions", (("boot", "entry to prompt"), ("boot_drivers", "starting drivers"),
                                         ("boot_processors_found", "finding processors")), 10**6),
    Panel("memory, MiB", (("used", "in use"),), 1 << 20))

COMMON = """set terminal svg size %d,%d font 'sans-serif,13' background 'white'
set border 3 linecolor rgb '%s'
set tics nomirror out scale 0.5 textcolor rgb '%s'
set mytics 1
set format y '%%5.0f'
set grid ytics linetype 1 linecolor rgb '%s' linewidth 0.5
set key at screen 0.8, graph 0.97 left top Left reverse samplen 2 spacing 1.2 textcolor rgb '%s'
set multiplot layout %d,%d margins 0.075,0.785,0.075,0.98 spacing 0.06,0.09
""" % (*SIZE, INK, INK, RULE, INK, len(PANELS), len(AXES))


def step(largest):
    """The distance of an axis' ticks: one, two or five of a power of ten."""
    steps = (figure * 10**power for power in range(10) for figure in (1, 2, 5))
    return next(found for found in steps if found >= 0.9 * largest / TICKS)


def points_of(panel, rows, axis):
    """figure -> (x, y) ..., of the figures that any machine gave."""
    found = {key: [(row[axis], row[key] / panel.divisor) for row in rows if key in row] for key, _ in panel.series}
    return {key: points for key, points in found.items() if points}


def scale_of(panel, rows, axis, points):
    """The axes of one panel."""
    right = rows[-1][axis]
    if panel.is_flat:
        ticks = ", ".join(str(row[axis]) for row in rows)
        edges = (0.85 * rows[0][axis], 1.15 * right)
        return "set logscale xy\nset yrange [10:4000]\nset ytics 10\nset xrange [%g:%g]\nset xtics (%s)\n" % (*edges, ticks)
    top = max(y for line in points.values() for _, y in line)
    return "unset logscale\nset yrange [0:%g]\nset ytics %d\nset xrange [0:%g]\nset xtics %d\n" % (1.05 * top, step(top), 1.02 * right, step(right))


def panel_script(panel, rows, axis, is_first, is_last):
    """One panel; the first of its row says what is counted, the last what its lines are."""
    points = points_of(panel, rows, axis)
    blocks = ["$%s << END\n%s\nEND\n" % (key, "\n".join("%d %g" % point for point in line)) for key, line in points.items()]
    lines = ["$%s with linespoints linewidth 2 pointtype 7 pointsize 0.4 linecolor rgb '%s' title \"%s\"" % (key, colour, title)
             for (key, title), colour in zip(panel.series, COLOURS) if key in points]
    labels = "set ylabel '%s' offset 1 textcolor rgb '%s'\nset xlabel '%s' offset 0,0.5 textcolor rgb '%s'\n%s\n" % (
        panel.title if is_first else "", INK, AXES[axis], INK, "set key" if is_last else "unset key")
    return "".join(blocks) + scale_of(panel, rows, axis, points) + labels + "plot %s\n" % ", ".join(lines)


def script(rows_by_axis):
    """gnuplot's. `rows_by_axis`: axis -> samples, the smallest machine first."""
    axes = list(AXES)
    panels = [panel_script(panel, rows_by_axis[axis], axis, axis == axes[0], axis == axes[-1]) for panel in PANELS for axis in axes]
    return COMMON + "".join(panels) + "unset multiplot\n"


def without_empty_groups(svg):
    """Half of what gnuplot writes."""
    found = 1
    while found:
        svg, found = re.subn(r"<g [^>]*>\s*</g>\n*", "", svg)
    return svg


def draw(path, rows_by_axis):
    done = subprocess.run(["gnuplot"], input=script(rows_by_axis), text=True, check=True, stdout=subprocess.PIPE)
    with open(path, "w", encoding="utf-8") as file:
        file.write(without_empty_groups(done.stdout))
