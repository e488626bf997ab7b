"""Routines on one processor begin and end like brackets, and only a higher level comes in between."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Optional

import event


@dataclass
class Running:
    entry: event.Event
    place: Optional[event.Place]
    is_doubtful: bool = False  # reported already: what comes is not measured by it

    @property
    def level(self):
        return self.place.level if self.place else None


class Nesting:
    """`find(event, rule, text)` is told what does not fit; processors in `cut` may begin in the middle of a routine."""

    def __init__(self, recording, find):
        self.find = find
        self.name_of = recording.name_of
        self.cut = {cpu for cpu, count in recording.lost.items() if count}
        self.inside = defaultdict(list)  # processor -> what runs, the innermost last
        self.preemptions = 0

    def enter(self, one, place):
        stack = self.inside[one.cpu]
        mine = Running(one, place)
        below = next((running for running in reversed(stack) if not running.is_doubtful), None)
        self.preemptions += below is not None
        if below and None not in (mine.level, below.level) and mine.level <= below.level:
            below.is_doubtful = True
            self.find(
                one,
                "level",
                "%s (level %d) began on cpu %d while %s (level %d) ran (line %d)"
                % (
                    self.name_of(one.irq),
                    mine.level,
                    one.cpu,
                    self.name_of(below.entry.irq),
                    below.level,
                    below.entry.line,
                ),
            )
        stack.append(mine)

    def leave(self, one):
        stack = self.inside[one.cpu]
        depth = next((depth for depth in reversed(range(len(stack))) if stack[depth].entry.irq == one.irq), None)
        if depth is None:
            if one.cpu not in self.cut or stack:
                self.find(one, "nest", "%s ended on cpu %d and had not begun" % (self.name_of(one.irq), one.cpu))
            return
        for running in stack[depth + 1 :]:
            self.find(
                one,
                "nest",
                "%s ended on cpu %d before %s, which began later (line %d)"
                % (self.name_of(one.irq), one.cpu, self.name_of(running.entry.irq), running.entry.line),
            )
        del stack[depth:]
        if not stack:
            self.cut.discard(one.cpu)

    def end(self, note):
        """What runs when the recording stops has no end, and that is no fault; what was outlived misses one."""
        for cpu, stack in sorted(self.inside.items()):
            for running in stack:
                name = self.name_of(running.entry.irq)
                if running.is_doubtful:
                    self.find(running.entry, "nest", "%s began on cpu %d and has no end" % (name, cpu))
                else:
                    note("%s was running on cpu %d when the recording stopped" % (name, cpu))
