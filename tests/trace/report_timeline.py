"""Time lines: how busy each processor was over the whole recording, and a stretch of it near enough to see routines."""

import math
from bisect import bisect_left
from dataclasses import dataclass

import figures
from event import ENTRY, FIRST_MESSAGE, ROUTE
from report_map import colour_of
from markup import box, drawing, element, escape, hint, line, text

WIDTH, LEFT, RIGHT = 1120, 64, 1112
BINS = 262
LANE, LANE_GAP = 54, 12
STRETCH = 22  # routines in the stretch that is shown
NEAR = 10  # routines around a moment that is shown
BAR = 15
LANE_TOP = 4  # where a lane's moves are drawn, above its routines
LETTER = 6.7  # pixels
AXIS = 26


@dataclass(frozen=True)
class Window:
    begin: int
    end: int

    def x(self, time):
        return LEFT + (RIGHT - LEFT) * (time - self.begin) / max(self.end - self.begin, 1)

    @property
    def length(self):
        return self.end - self.begin


def _device_of(facts):
    return {one.irq: one.device for one in facts.messages}


def _tick_step(length):
    """A round number of nanoseconds, about eight to the length."""
    step = 1
    while length / step > 9:
        step *= 10
    for part in (5, 2):
        if step >= 10 and length / (step // part) <= 10:
            return step // part
    return step


def _axis(window, y, origin):
    """Ticks at round times since `origin`."""
    step = _tick_step(window.length)
    time = origin + -(-(window.begin - origin) // step) * step
    while time <= window.end:
        x = window.x(time)
        yield line(x, y, x, y + 5, class_="rule")
        anchor = "start" if x < LEFT + 20 else "end" if x > RIGHT - 24 else "middle"
        yield text(
            x, y + 18, figures.duration(time - origin) if time > origin else "0", class_="small", text_anchor=anchor
        )
        time += step


# ---- the whole recording ----


def _bin(window, time):
    return min((time - window.begin) * BINS // max(window.length, 1), BINS - 1)


def _binned(facts, window):
    """processor -> bin -> colour -> entries."""
    devices, found = _device_of(facts), {}
    for one in facts.recording.events:
        if one.kind == ENTRY:
            number = _bin(window, one.time)
            bins = found.setdefault(one.cpu, {}).setdefault(number, {})
            colour = colour_of(facts, devices.get(one.irq))
            bins[colour] = bins.get(colour, 0) + 1
    return found


def _density_lane(bins, most, y):
    width = (RIGHT - LEFT) / BINS
    order = ["d%d" % number for number in range(8)] + ["own"]
    for number, counts in sorted(bins.items()):
        bottom = y + LANE
        for colour in sorted(counts, key=order.index):
            height = LANE * counts[colour] / most
            bottom -= height
            yield box(LEFT + number * width, bottom, width - 0.6, max(height, 0.4), class_="fill " + colour)


def _moves_lane(facts, window, y):
    """A stroke for each column in which messages moved, the darker the more."""
    counts = {}
    for one in facts.recording.events:
        if one.is_move:
            number = _bin(window, one.time)
            counts[number] = counts.get(number, 0) + 1
    yield text(0, y + 11, "moves", class_="lane")
    for number, count in sorted(counts.items()):
        x = LEFT + (number + 0.5) * (RIGHT - LEFT) / BINS
        yield line(x, y + 2, x, y + 14, class_="moves", opacity=0.25 + 0.75 * count / max(counts.values()))


def density(facts, processors, excerpt):
    window = Window(facts.recording.begin, facts.recording.end)
    bins = _binned(facts, window)
    most = max((sum(counts.values()) for lanes in bins.values() for counts in lanes.values()), default=1)
    parts, y = [], 6
    for cpu in processors:
        parts.append(text(0, y + LANE / 2 + 4, "CPU %d" % cpu, class_="lane"))
        parts.append(line(LEFT, y + LANE, RIGHT, y + LANE, class_="rule"))
        parts += _density_lane(bins.get(cpu, {}), most, y)
        y += LANE + LANE_GAP
    parts += _moves_lane(facts, window, y)
    if excerpt:
        x, width = window.x(excerpt.begin), max(window.x(excerpt.end) - window.x(excerpt.begin), 2.0)
        parts.append(box(x - 1.5, 0, width + 3, y + 18, rx=2, class_="frame"))
    parts += _axis(window, y + 20, window.begin)
    per_bin = figures.duration(window.length // BINS)
    told = "One column is %s; the highest holds %s interrupts." % (per_bin, figures.count(most))
    return drawing(WIDTH, y + 20 + AXIS, parts, "Interrupts over time on each processor"), told


# ---- a stretch of it ----


def busiest(facts):
    """The stretch of STRETCH routines in which most is to be seen: short against the others, routines that are more
    than a stroke, processors at work, moves, preemptions. None when there are no routines."""
    found = [one for one in facts.slices if one.irq >= FIRST_MESSAGE]
    moves = [one.time for one in facts.recording.events if one.is_move]
    starts = range(0, max(len(found) - STRETCH + 1, 1), max(len(found) // 4000, 1))
    parts = [found[start : start + STRETCH] for start in starts if found]
    if not parts:
        return None
    windows = [Window(part[0].begin, max(one.end for one in part)) for part in parts]
    usual = sorted(window.length for window in windows)[len(windows) // 2]

    def score(part, window):
        seen = min(bisect_left(moves, window.end) - bisect_left(moves, window.begin), 4)
        visible = sum(one.length * 250 > window.length for one in part) / STRETCH
        brevity = math.log2(max(usual, 1) / max(window.length, 1))
        processors = len({one.cpu for one in part})
        return (
            (visible + 1) * processors
            + 0.4 * min(brevity, 4)
            + 0.4 * seen
            + 0.3 * min(sum(one.depth for one in part), 2)
        )

    best = max(zip(parts, windows), key=lambda pair: score(*pair))[1]
    margin = max(best.length // 60, 100)
    return Window(best.begin - margin, best.end + margin)


def around(facts, time):
    """A stretch with a moment in its middle, as long as it takes to see the routines nearest to it."""
    begins = [one.begin for one in facts.slices]
    at = bisect_left(begins, time)
    distances = sorted(abs(begin - time) for begin in begins[max(at - NEAR, 0) : at + NEAR])[:NEAR]
    reach = max([1000, *distances]) * 21 // 20
    return Window(time - reach, time + reach)


class _Labels:
    """Names that find room: inside what they name, else above it where no other stands."""

    def __init__(self, slices, window):
        self.ends = {}
        # What preempts is drawn where names of what it preempts would stand.
        self.taken = [((one.cpu, one.depth - 1), window.x(one.begin), window.x(one.end)) for one in slices if one.depth]

    def place(self, row, x, content):
        """Is there room for it in this row from `x` on?"""
        end = x + LETTER * len(content)
        is_taken = any(row == other and begin < end and x < last for other, begin, last in self.taken)
        if x < self.ends.get(row, 0) or end > RIGHT or is_taken:
            return False
        self.ends[row] = end + 6
        return True


def _short(name, device):
    """A message without the address in the middle."""
    return name.replace("-%s-" % device, " ") if device else name


def _bar(facts, one, window, y, devices, labels):
    x, end = window.x(max(one.begin, window.begin)), window.x(min(one.end, window.end))
    device, name = devices.get(one.irq), facts.recording.name_of(one.irq)
    told = "%s on cpu %d, %s%s" % (name, one.cpu, figures.duration(one.length), ", preempted" if one.preempted else "")
    top, shown = y + LANE - BAR * (one.depth + 1), _short(name, device)
    label = ""
    if end - x > LETTER * len(shown) + 8:
        label = text(x + 5, top + BAR - 4.5, shown, class_="bar")
        labels.place((one.cpu, one.depth), x, shown)
    elif not one.preempted and labels.place((one.cpu, one.depth), x, shown):
        label = text(x, top - 3, shown, class_="small")
    return element(
        "g",
        hint(told) + box(x, top, max(end - x, 1.2), BAR - 1.5, rx=2, class_="fill " + colour_of(facts, device)) + label,
    )


def _route(facts, one, window, lanes, devices, labels):
    """A move is an arrow from processor to processor; a drain is a ring where nothing comes any more."""
    x, old, new = window.x(one.time), one.get("old"), one.get("new")
    name = facts.recording.name_of(one.irq)
    told = hint("%s: %s %s to %s" % (name, one.get("action"), old or "-", new or "-"))
    if one.is_move and old.cpu in lanes and new.cpu in lanes:
        y1, y2 = lanes[old.cpu] + LANE_TOP, lanes[new.cpu] + LANE_TOP
        tip, shown = (6 if y2 > y1 else -6), _short(name, devices.get(one.irq))
        label = text(x + 6, y2 + 4, shown, class_="moved") if labels.place(("move", new.cpu), x, shown) else ""
        return element(
            "g",
            told
            + line(x, y1, x, y2, class_="move")
            + label
            + element("path", d="M%.1f %.1f l-4 %d l8 0 z" % (x, y2, -tip), class_="tip"),
        )
    if one.get("action") == "drain" and old and old.cpu in lanes:
        return element("circle", told, cx=x, cy=lanes[old.cpu] + LANE_TOP, r=3.2, class_="drain")
    return ""


def excerpt(facts, window, processors, moment=None):
    """The stretch drawn; `moment` is marked."""
    devices = _device_of(facts)
    lanes = {cpu: 6 + number * (LANE + LANE_GAP) for number, cpu in enumerate(processors)}
    bottom = 6 + len(processors) * (LANE + LANE_GAP)
    parts = []
    for cpu, y in lanes.items():
        parts.append(text(0, y + LANE / 2 + 4, "CPU %d" % cpu, class_="lane"))
        parts.append(line(LEFT, y + LANE, RIGHT, y + LANE, class_="rule"))
    inside = [one for one in facts.slices if one.end >= window.begin and one.begin <= window.end and one.cpu in lanes]
    labels = _Labels(inside, window)
    parts += [_bar(facts, one, window, lanes[one.cpu], devices, labels) for one in inside]
    parts += [
        _route(facts, one, window, lanes, devices, labels)
        for one in facts.recording.events
        if one.kind == ROUTE and window.begin <= one.time <= window.end
    ]
    if moment is not None:
        x = window.x(moment)
        parts.append(line(x, 0, x, bottom, class_="moment"))
    parts += _axis(window, bottom, window.begin)
    return drawing(WIDTH, bottom + AXIS, parts, "Routines on each processor")


def legend(facts):
    """Colours and who they are, as HTML."""
    entries = [
        (
            colour_of(facts, device),
            "%s %s" % (next(one.driver for one in facts.messages if one.device == device) or "no driver", device),
        )
        for device in facts.devices
    ]
    if any(one.irq < FIRST_MESSAGE for one in facts.slices):
        entries.append(("own", "the kernel's own"))
    return element(
        "p",
        "".join(element("span", element("i", "", class_="key " + colour) + escape(name)) for colour, name in entries),
        class_="legend",
    )
