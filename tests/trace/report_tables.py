"""The report's tables, as HTML."""

import figures
from facts import ABSENT, FAIL, GAP, OK
from report_map import colour_of
from markup import element, escape

STATES = {OK: "holds", GAP: "look", FAIL: "FAILS", ABSENT: "not asked"}
DAMAGE_SHOWN = VIOLATIONS_SHOWN = 20
_SPARK = (76, 18)


def table(heads, rows):
    """`heads` are (text, class); `rows` are lists of (markup, class), or (class of the row, list)."""
    head = "".join(element("th", escape(name), class_=kind or None) for name, kind in heads)
    body = ""
    for row in rows:
        kind, cells = row if isinstance(row, tuple) else (None, row)
        body += element(
            "tr", "".join(element("td", markup, class_=style or None) for markup, style in cells), class_=kind
        )
    return element("table", element("thead", element("tr", head)) + element("tbody", body))


def _cell(value, kind=""):
    return ("" if value is None else escape(value), kind)


def _key(facts, one):
    return element("i", "", class_="key " + colour_of(facts, one.device)) + escape(one.name)


# ---- messages ----


def record(facts):
    """The eight fields of every message."""
    heads = [
        ("Message", ""),
        ("irq", "n"),
        ("Kind", ""),
        ("Address", ""),
        ("Processors", ""),
        ("Object", ""),
        ("Data", ""),
        ("Vector", ""),
        ("IRQL", "n"),
        ("Mode", ""),
        ("Polarity", ""),
        ("CPU", "n"),
        ("Masked", ""),
    ]
    rows, last = [], None
    for one in facts.messages:
        found = one.listed
        allowed = found.get("target_processor_set")
        allowed = (
            "%s:%s" % (allowed.get("group"), str(allowed.get("mask")).replace("0x000000000000", "0x"))
            if isinstance(allowed, dict)
            else None
        )
        row = [
            (_key(facts, one), ""),
            _cell(one.irq, "n"),
            _cell(found.get("kind")),
            _cell(found.get("message_address"), "mono"),
            _cell(allowed, "mono"),
            _cell(found.get("interrupt_object"), "mono"),
            _cell(found.get("message_data"), "mono"),
            _cell("0x%02x" % one.place.vector if one.place else None, "mono"),
            _cell(one.place.level if one.place else None, "n"),
            _cell(str(found.get("mode", "")).replace("_", " ")),
            _cell(str(found.get("polarity", "")).replace("_", " ")),
            _cell(one.place.cpu if one.place else None, "n"),
            _cell("masked" if found.get("masked") is True else ""),
        ]
        rows.append(("group" if last not in (None, one.device) else None, row))
        last = one.device
    return table(heads, rows)


def _bars(counts):
    """A histogram the size of a word, on the scale of the doublings between its own ends."""
    if not any(counts.values()):
        return ""
    most, width = max(counts.values()), _SPARK[0] / max(len(counts), 12)
    bars = "".join(
        element(
            "rect",
            x=index * width,
            y=_SPARK[1] * (1 - count / most),
            width=max(width - 0.8, 0.8),
            height=_SPARK[1] * count / most,
        )
        for index, count in enumerate(counts.values())
        if count
    )
    return element(
        "svg", bars, viewBox="0 0 %d %d" % _SPARK, class_="spark", aria_hidden="true", preserveAspectRatio="none"
    )


def service(facts, processors):
    """What arrived where, and how long the routines took."""
    heads = (
        [("Message", "")]
        + [("CPU %d" % cpu, "n") for cpu in processors]
        + [
            ("Total", "n"),
            ("Moves", "n"),
            ("min", "n"),
            ("median", "n"),
            ("p99", "n"),
            ("max", "n"),
            ("Distribution", ""),
        ]
    )
    most = max((count for one in facts.messages for count in one.counts), default=0)
    rows = []
    for one in facts.messages + facts.system:
        times = figures.summary(one.times) or (None,) * 4
        cells = [(_heat(one.counts[cpu], most if one.device else 0), "n") for cpu in processors]
        cells += [_cell(figures.count(one.total), "n"), _cell(one.moves or "", "n")]
        cells += [_cell(figures.duration(time) if time is not None else "", "n") for time in times]
        rows.append(
            (
                "group" if one is next(iter(facts.system), None) else None,
                [(_key(facts, one), ""), *cells, (_bars(figures.histogram(one.times)), "")],
            )
        )
    return table(heads, rows)


def _heat(count, most):
    if not count:
        return ""
    part = count / most if most else 0
    return '<span class="heat" style="--part:%.2f">%s</span>' % (part, figures.count(count))


# ---- machine ----


def processors(facts):
    heads = [
        ("CPU", ""),
        ("APIC id", "n"),
        ("Mode", ""),
        ("State", ""),
        ("Group", ""),
        ("Node", "n"),
        ("Vectors in use", "n"),
        ("free", "n"),
        ("Interrupts since boot", "n"),
        ("in the trace", "n"),
    ]
    taken = {cpu: sum(one.counts[cpu] for one in facts.messages + facts.system) for cpu in range(facts.recording.cpus)}
    rows = []
    for one in facts.latest("cpu"):
        cpu = one.get("cpu")
        rows.append(
            [
                _cell("CPU %s" % cpu),
                _cell(one.get("apic_id"), "n"),
                _cell(one.get("apic_mode")),
                _cell(one.get("state")),
                _cell("%s:%s" % (one.get("group"), one.get("number"))),
                _cell(one.get("node"), "n"),
                _cell(one.get("vectors_allocated"), "n"),
                _cell(one.get("vectors_free"), "n"),
                _cell(_grouped(one.get("interrupts")), "n"),
                _cell(_grouped(taken.get(cpu) if isinstance(cpu, int) else None), "n"),
            ]
        )
    return table(heads, rows)


def _grouped(value):
    return figures.count(value) if isinstance(value, int) else value


def functions(facts):
    heads = [("Function", ""), ("Id", ""), ("Class", ""), ("Driver", ""), ("Interrupts by", ""), ("Routed", "n")]
    routed = {device: sum(one.device == device for one in facts.messages) for device in facts.devices}
    rows = []
    for one in facts.latest("function"):
        found = str(one.get("bdf"))
        offers = ", ".join(name for key, name in (("msix", "MSI-X"), ("msi", "MSI")) if one.get(key))
        rows.append(
            [
                _cell(found, "mono"),
                _cell("%s:%s" % (str(one.get("vendor"))[2:], str(one.get("device"))[2:]), "mono"),
                _cell(str(one.get("class")), "mono"),
                _cell(one.get("driver") or "–"),
                _cell(offers or "–"),
                _cell(routed.get(found) or "", "n"),
            ]
        )
    return table(heads, rows)


# ---- checks and anomalies ----


def checks(facts):
    rows = [
        [
            (element("span", STATES[one.state], class_="state " + one.state), ""),
            _cell(one.claim, "wrap"),
            _cell(one.detail, "wrap"),
        ]
        for one in facts.checks
    ]
    return table([("", ""), ("What must hold", ""), ("What was looked at", "")], rows)


def violations(facts, seconds):
    rows = [
        [_cell(seconds(one.time), "mono"), _cell(one.line + 1, "n"), _cell(one.rule), _cell(one.text, "wrap")]
        for one in facts.replay.violations[:VIOLATIONS_SHOWN]
    ]
    return table([("Time", ""), ("Line", "n"), ("Rule", ""), ("What", "")], rows)


def damage(facts):
    rows = [
        [_cell(one.line + 1, "n"), _cell(one.what), _cell(one.text, "mono wrap")]
        for one in facts.capture.damage[:DAMAGE_SHOWN]
    ]
    return table([("Line", "n"), ("What", ""), ("Text", "")], rows)


def drifts(facts):
    found = facts.latest("audit") if facts.objects("audit") else []
    rows = [
        [
            _cell("%s %s" % (one.get("bdf"), one.get("index"))),
            _cell(one.get("field")),
            _cell(one.get("expected"), "mono"),
            _cell(one.get("found"), "mono"),
            _cell(one.get("where")),
        ]
        for one in found[:DAMAGE_SHOWN]
    ]
    return table([("Message", ""), ("Field", ""), ("Record", ""), ("Hardware", ""), ("Where", "")], rows)


_PATHS = {"doorbell": "doorbell to routine", "service": "routine"}


def latencies(facts):
    """What `latency` measured, doorbells first; "" where it measured nothing."""
    heads = [("Message", ""), ("Path", ""), ("Shots", "n"), ("min", "n"), ("median", "n"), ("p99", "n"), ("max", "n")]
    names = {(one.device, one.listed.get("index")): one for one in facts.messages if not _is_strange(one.listed)}
    rows = []
    for one in sorted(facts.latest("latency"), key=lambda one: str(one.get("what"))):
        values = [one.get(key) for key in ("count", "min", "median", "p99", "max")]
        if not all(isinstance(value, int) and 0 <= value < 1 << 63 for value in values) or not values[0]:
            continue
        where = (str(one.get("bdf")), one.get("index"))
        known = None if _is_strange(one) else names.get(where)
        name = _key(facts, known) if known else escape("%s %s" % where)
        path = _PATHS.get(str(one.get("what")), one.get("what"))
        times = [_cell(figures.duration(value), "n") for value in values[1:]]
        rows.append([(name, ""), _cell(path), _cell(figures.count(values[0]), "n"), *times, (_buckets(one), "")])
    return table(heads + [("Distribution", "")], rows) if rows else ""


def _is_strange(listed):
    return not isinstance(listed.get("index"), int)


def _buckets(listed):
    """A kernel's own histogram, whose buckets grow with their values."""
    found = listed.get("buckets")
    counts = {}
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict) and all(isinstance(one.get(key), int) and one[key] >= 0 for key in ("from", "count")):
            number = figures.bucket(min(one["from"], 1 << 63))
            counts[number] = counts.get(number, 0) + min(one["count"], 1 << 63)
    return _bars({number: counts.get(number, 0) for number in range(min(counts), max(counts) + 1)}) if counts else ""
