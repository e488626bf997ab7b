"""Entries and exits paired into slices, which nest by construction; what has no partner is counted and left out."""

from collections import defaultdict
from dataclasses import dataclass

from event import ENTRY, EXIT


@dataclass
class Slice:
    irq: int
    cpu: int
    begin: int
    end: int
    ret: str
    depth: int  # routines that it interrupted
    inner: int = 0  # nanoseconds of routines that interrupted it
    preempted: int = 0  # how many of them did so directly

    @property
    def length(self):
        return self.end - self.begin


def pair(events):
    """(slices in order of their begin, number of entries and exits that found no partner)."""
    found, unpaired = [], 0
    inside = defaultdict(list)
    for one in events:
        if one.kind == ENTRY:
            inside[one.cpu].append(Slice(one.irq, one.cpu, one.time, one.time, "", len(inside[one.cpu])))
        elif one.kind == EXIT:
            closed, dropped = _close(inside[one.cpu], one)
            unpaired += dropped
            found += closed
    unpaired += sum(map(len, inside.values()))
    return sorted(found, key=lambda one: (one.begin, one.depth)), unpaired


def _close(stack, one):
    """The innermost slice of that message ends, and with it, unfinished, whatever it has inside."""
    depth = next((depth for depth in reversed(range(len(stack))) if stack[depth].irq == one.irq), None)
    if depth is None:
        return [], 1
    mine, dropped = stack[depth], len(stack) - depth - 1
    del stack[depth:]
    mine.end, mine.ret = one.time, one.get("ret")
    if stack:
        stack[-1].inner += mine.length
        stack[-1].preempted += 1
    return [mine], dropped
