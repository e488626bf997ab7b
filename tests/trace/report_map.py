"""The routing map as a picture: device, message, vector, processor, from left to right."""

import math

import figures
from markup import box, drawing, element, hint, text

WIDTH = 1120
ROW, GAP, TOP = 24, 14, 34
LEAST = 46  # height of a group
MANY = 20  # groups, from which on those of one row have room for one
SHOWN = 64  # messages that are drawn; the busiest ones where there are more
_DEVICE, _MESSAGE, _VECTOR, _CPU = (0, 210), (250, 400), (720, 800), (890, 1120)  # left and right edges


def shown_messages(facts):
    """Those that have a place, in the order of their devices."""
    placed = [one for one in facts.messages if one.place]
    busiest = sorted(placed, key=lambda one: -one.total)[:SHOWN]
    return [one for one in placed if one in busiest]


def colour_of(facts, device):
    """The class that a device's colour has; the kernel's own have none."""
    return "d%d" % (facts.devices.index(device) % 8) if device in facts.devices else "own"


def _rows(items, key):
    """(item, y of its middle), and for each key the (y, height) of its group; a group of one row has room for two lines."""
    members = {}
    for item in items:
        members.setdefault(key(item), []).append(item)
    found, groups, at = [], {}, TOP
    least, gap = (ROW, GAP // 2) if len(members) > MANY else (LEAST, GAP)
    for name, own in members.items():
        height = max(len(own) * ROW, least)
        first = at + (height - len(own) * ROW) / 2 + ROW / 2
        found += [(item, first + number * ROW) for number, item in enumerate(own)]
        groups[name] = (at, height)
        at += height + gap
    return found, groups, at


def _width(total, most):
    """A line is thicker the more came; its area tells, so by the root."""
    return 1.2 + 4.8 * math.sqrt(total / most) if most and total else 1.0


def _curve(x1, y1, x2, y2, **attributes):
    middle = (x1 + x2) / 2
    return element(
        "path",
        attributes.pop("inside"),
        d="M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f" % (x1, y1, middle, y1, middle, y2, x2, y2),
        **attributes
    )


def _heads():
    for (left, _), name in ((_DEVICE, "Device"), (_MESSAGE, "Message"), (_VECTOR, "Vector"), (_CPU, "Processor")):
        yield text(left, 14, name, class_="head")


def _two_lines(x, top, height, name, more, style):
    """A name and what there is to say of it, beside each other where there is room for one line."""
    middle = top + height / 2
    if height >= LEAST:
        yield text(x, middle - 4, name, class_="name")
        yield text(x, middle + 12, more, class_=style)
    else:
        yield text(x, middle + 4, name, class_="name")
        yield text(x + 58, middle + 4, more, class_=style)


def _devices(facts, groups, by_device):
    for device, (top, height) in groups.items():
        first = by_device[device][0]
        left, right = _DEVICE
        kind = str(first.listed.get("kind") or "")
        yield box(left, top, right - left, height, rx=6, class_="box")
        yield box(left, top, 5, height, rx=2, class_="fill " + colour_of(facts, device))
        yield from _two_lines(
            left + 18, top, height, first.driver or "no driver", " · ".join(filter(None, (device, kind))), "mono small"
        )


def _messages(facts, rows, vectors, most):
    for one, y in rows:
        colour = colour_of(facts, one.device)
        told = "%s: %s interrupts, %d moves, at %s" % (one.name, figures.count(one.total), one.moves, one.place)
        yield _curve(
            _DEVICE[1],
            y,
            _MESSAGE[0],
            y,
            inside=hint(told),
            class_="link " + colour,
            stroke_width=_width(one.total, most),
        )
        yield _curve(
            _MESSAGE[1],
            y,
            _VECTOR[0],
            vectors[one.irq],
            inside=hint(told),
            class_="link " + colour,
            stroke_width=_width(one.total, most),
        )
        left, right = _MESSAGE
        yield box(left, y - 9, right - left, 18, rx=9, class_="pill")
        yield text(left + 12, y + 4, one.listed.get("index", one.name.rsplit("-", 1)[-1]), class_="mono")
        yield text(right - 12, y + 4, figures.count(one.total), class_="mono", text_anchor="end")


def _vectors(facts, rows, processors):
    for one, y in rows:
        left, right = _VECTOR
        colour = colour_of(facts, one.device)
        yield _curve(right, y, _CPU[0], y, inside=hint(one.name), class_="link " + colour, stroke_width=1.2)
        yield box(left, y - 9, right - left, 18, rx=9, class_="pill")
        yield text((left + right) / 2, y + 4, "0x%02x" % one.place.vector, class_="mono", text_anchor="middle")
    yield from _processors(facts, rows, processors)


def _processors(facts, rows, groups):
    taken = {cpu: sum(one.counts[cpu] for one in facts.messages if cpu < len(one.counts)) for cpu in groups}
    most = max(taken.values()) or 1
    for cpu, (top, height) in groups.items():
        left, right = _CPU
        told = "%d here, %s interrupts" % (sum(one.place.cpu == cpu for one, _ in rows), figures.count(taken[cpu]))
        width = (right - left - 34) * taken[cpu] / most
        yield box(left, top, right - left, height, rx=6, class_="box")
        yield from _two_lines(left + 18, top - 4, height, "CPU %d" % cpu, told, "small")
        yield box(
            left + 18, top + height / 2 + (14 if height >= LEAST else 7), max(width, 1.0), 3, rx=1.5, class_="fill own"
        )


def draw(facts):
    """The picture, or None when no message has a place."""
    shown = shown_messages(facts)
    if not shown:
        return None
    rows, devices, left_end = _rows(shown, lambda one: one.device)
    placed, processors, right_end = _rows(
        sorted(shown, key=lambda one: (one.place, one.irq)), lambda one: one.place.cpu
    )
    vectors = {one.irq: y for one, y in placed}
    by_device = {device: [one for one in shown if one.device == device] for device in devices}
    most = max(one.total for one in shown)
    parts = [
        *_heads(),
        *_messages(facts, rows, vectors, most),
        *_devices(facts, devices, by_device),
        *_vectors(facts, placed, processors),
    ]
    return drawing(WIDTH, max(left_end, right_end) + 12, parts, "Routing map: device, message, vector, processor")
