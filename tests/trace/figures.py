"""Numbers out of a trace: percentiles, histograms, and how a person reads them."""

import math

STEPS = 4  # histogram buckets for each doubling


def percentile(ordered, part):
    """The smallest value that `part` of all (0 to 1) do not exceed; `ordered` is not empty."""
    return ordered[max(math.ceil(part * len(ordered)), 1) - 1]


def summary(values):
    """(min, median, p99, max), None without values."""
    ordered = sorted(values)
    return (ordered[0], percentile(ordered, 0.5), percentile(ordered, 0.99), ordered[-1]) if ordered else None


def bucket(value):
    return math.floor(math.log2(max(value, 1)) * STEPS)


def bucket_edge(number):
    return 2 ** (number / STEPS)


def histogram(values):
    """bucket -> count, with the empty ones in between."""
    counts = {}
    for value in values:
        counts[bucket(value)] = counts.get(bucket(value), 0) + 1
    return {number: counts.get(number, 0) for number in range(min(counts), max(counts) + 1)} if counts else {}


def tail_points(values):
    """(1 / (1 - part), value) from the median to the maximum: HdrHistogram's axis, on which each nine is as wide."""
    ordered = sorted(values)
    count = len(ordered)
    points = []
    for index in range(count // 2, count):
        reach = count / (count - index)
        if not points or reach >= points[-1][0] * 1.02 or index == count - 1:
            points.append((reach, ordered[index]))
    return points


def duration(nanoseconds):
    """Three digits and a unit."""
    for unit, scale in (("ns", 1), ("µs", 1000), ("ms", 1000**2)):
        if nanoseconds < 1000 * scale:
            return (
                ("%d" if scale == 1 else "%.3g" if nanoseconds < 100 * scale else "%.0f") % (nanoseconds / scale)
                + " "
                + unit
            )
    return "%.4g s" % (nanoseconds / 1000**3)


def count(number):
    """Thousands apart, by a thin space that no line breaks at."""
    return "{:,}".format(number).replace(",", "\u202f")
