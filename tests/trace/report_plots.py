"""Plots by gnuplot: how long routines took. Its SVG goes into the page, with the page's colours and fonts."""

import re
import subprocess

import figures

GNUPLOT_TIMEOUT = 300  # seconds
SIZE = (560, 270)

# Colours that gnuplot is given stand for the page's own, which change with light and dark.
_INK, _RULE, _FIRST = 0x010101, 0x020202, 0x030300
_SENTINEL = re.compile(r"(fill|stroke)\s*=\s*(['\"])(?:rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)|#([0-9a-fA-F]{6})|black)\2")

_COMMON = (
    """
set terminal svg size %d,%d dynamic font "sans-serif,12" fontscale 1
set border 3 lc rgb 0x020202
set tics nomirror out scale 0.6 textcolor rgb 0x010101
set grid ytics lc rgb 0x020202 lw 0.6 dt 1
set key noautotitle
set lmargin 8
set rmargin 3
set tmargin 1.5
"""
    % SIZE
)


class PlotError(Exception):
    """gnuplot did not draw."""


def _run(script):
    try:
        done = subprocess.run(
            ["gnuplot"],
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=GNUPLOT_TIMEOUT,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PlotError(str(error)) from error
    if done.returncode or "</svg>" not in done.stdout:
        raise PlotError(done.stderr.strip() or "no picture")
    return done.stdout


def _variable(red, green, blue):
    number = red << 16 | green << 8 | blue
    if number == _RULE:
        return "var(--rule)"
    if number & 0xFFFF00 == _FIRST and number != _FIRST | 0xFF:
        return "var(--d%d)" % (number & 7)
    return "var(--muted)"


def _styled(match):
    if match[6]:
        rgb = [int(match[6][at : at + 2], 16) for at in (0, 2, 4)]
    else:
        rgb = [int(match[number] or 0) for number in (3, 4, 5)]
    return 'style="%s:%s"' % (match[1], _variable(*rgb))


def _inlined(svg, name, label):
    """What of gnuplot's document belongs into a page: no prologue, names of its own, the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\b(?:xlink:)?(id|href)=(['\"])(#?)", r"\1=\2\g<3>%s-" % name, svg)
    svg = re.sub(r"url\(#", "url(#%s-" % name, svg)
    svg = re.sub(r"font-family=(['\"]).*?\1", "", svg)
    svg = _SENTINEL.sub(_styled, svg)
    svg = re.sub(
        r"<svg[^>]*?viewBox=(['\"])(.*?)\1[^>]*>",
        r'<svg viewBox="\2" role="img" aria-label="%s" class="plot">' % label,
        svg,
        count=1,
        flags=re.DOTALL,
    )
    return re.sub(r"<g id=\"[^\"]*\"\s*>", "<g>", svg)


def _block(name, rows):
    return "$%s << EOD\n%s\nEOD\n" % (name, "\n".join(" ".join("%.9g" % value for value in row) for row in rows))


def _time_tics(low, high):
    """Labels with units that a person reads: at 1, 2 and 5 of every power of ten, or at 1 alone when those are many."""
    powers = [10**power for power in range(13) if low / 10 < 10**power <= high]
    steps = (1, 2, 5) if len(powers) < 4 else (1,)
    tics = [step * power for power in powers for step in steps if low <= step * power <= high]
    return "(%s)" % ", ".join('"%s" %d' % (figures.duration(tic), tic) for tic in tics)


def percentiles(series):
    """A line a driver; `series` is [(colour number, name, times)]."""
    script, curves = _COMMON, []
    low = min(figures.percentile(sorted(times), 0.5) for _, _, times in series) * 0.8
    high = max(max(times) for _, _, times in series) * 1.3
    script += "set logscale xy\nset ytics %s\n" % _time_tics(low, high)
    script += 'set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000, "99.999 %%" 100000)\n'
    script += "set xrange [2:%d]\n" % max(max(len(times) for _, _, times in series), 20)
    script += "set yrange [%g:%g]\n" % (max(low, 0.5), max(high, 1))
    for number, (colour, _, times) in enumerate(series):
        script += _block("c%d" % number, figures.tail_points(times))
        curves.append("$c%d with steps lw 2 lc rgb 0x%06x" % (number, _FIRST | colour))
    return _inlined(_run(script + "plot %s\n" % ", ".join(curves)), "percentiles", "Service time by percentile")


def histogram(series):
    """Columns, one colour on the other; the same series."""
    counts = [figures.histogram(times) for _, _, times in series]
    numbers = range(min(map(min, counts)), max(map(max, counts)) + 1)
    low, high = figures.bucket_edge(numbers[0]) * 0.9, figures.bucket_edge(numbers[-1] + 1) * 1.1
    script = _COMMON + "set logscale x\nset xtics %s\nset xrange [%g:%g]\nset yrange [0:*]\n" % (
        _time_tics(low, high),
        low,
        high,
    )
    script += 'set format y "%g"\nset style fill solid 1 noborder\n'
    below, boxes = dict.fromkeys(numbers, 0), []
    for index, ((colour, _, _), mine) in enumerate(zip(series, counts)):
        rows = []
        for number in numbers:
            if mine.get(number):
                rows.append(
                    (
                        figures.bucket_edge(number),
                        figures.bucket_edge(number + 0.88),
                        below[number],
                        below[number] + mine[number],
                    )
                )
                below[number] += mine[number]
        script += _block("h%d" % index, rows)
        boxes.append("$h%d using 1:3:1:2:3:4 with boxxyerror lw 0 lc rgb 0x%06x" % (index, _FIRST | colour))
    return _inlined(_run(script + "plot %s\n" % ", ".join(boxes)), "histogram", "Service times")
