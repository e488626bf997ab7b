"""trace.txt: the recording as one clean dump in ftrace's text, which is a capture like any other."""

from collections import Counter

import event


def lines_of(recording):
    yield "# tracer: nop"
    yield "#"
    for irq, route in sorted(recording.routes.items()):
        yield "# message irq=%d bdf=%s index=%d driver=%s cpu=%d vector=0x%02x" % (
            irq,
            route.bdf,
            route.index,
            route.driver,
            *route.place,
        )
    kept = Counter(one.cpu for one in recording.events)
    for cpu in range(recording.cpus):
        lost = recording.lost.get(cpu, 0)
        yield "# cpu %d: recorded %d kept %d lost %d" % (cpu, kept[cpu] + lost, kept[cpu], lost)
    for one in recording.events:
        yield event.format_line(one)
    yield "# trace end: %d events" % len(recording.events)


def write(path, recording):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines_of(recording))
