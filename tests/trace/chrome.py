"""Chrome's JSON trace, for chrome://tracing, Perfetto and speedscope: a thread a processor, a slice an interrupt."""

import json

from event import ENTRY, EXIT, FIELDS, ROUTE, text_of

_PROCESS = 0


def _name(kind, thread, name):
    found = {"ph": "M", "name": kind, "pid": _PROCESS, "args": {"name": name}}
    return found if thread is None else {**found, "tid": thread}


def _microseconds(time):
    return time / 1000


def _slice(one, name):
    return {
        "ph": "X",
        "name": name,
        "cat": "irq",
        "pid": _PROCESS,
        "tid": one.cpu,
        "ts": _microseconds(one.begin),
        "dur": _microseconds(one.length),
        "args": {"irq": one.irq, "ret": one.ret},
    }


def _instant(one):
    values = {
        field: value if isinstance(value, int) else text_of(field, value)
        for field, value in zip(FIELDS[one.kind], one.values)
    }
    name = one.get("action") if one.kind == ROUTE else one.kind
    return {
        "ph": "i",
        "s": "t",
        "name": name,
        "cat": "route" if one.kind == ROUTE else "irq",
        "pid": _PROCESS,
        "tid": one.cpu,
        "ts": _microseconds(one.time),
        "args": values,
    }


def write(path, recording, slices):
    found = [_name("process_name", None, "Signalbox")]
    found += [_name("thread_name", cpu, "CPU %d" % cpu) for cpu in range(recording.cpus)]
    found += [_slice(one, recording.name_of(one.irq)) for one in slices]
    found += [_instant(one) for one in recording.events if one.kind not in (ENTRY, EXIT)]
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"displayTimeUnit":"ns","traceEvents":[\n')
        file.write(",\n".join(json.dumps(one, separators=(",", ":")) for one in found))
        file.write("\n]}\n")
