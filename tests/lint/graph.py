"""The include graph in figures: files in circles, and what stands on the way of one connection.

usage: tests/lint/graph.py [ROOT [FILE]]      FILE: where a way begins, kernel/core/irq.c

A file is a source with the header of its name. A circle is a set of files that include each other round about. The way of a file is
all that it includes, directly or not; a turn is an include on that way which leads back into a room that the way has left.
"""

import os
import re
import sys

ROOMS = ("boot", "kernel", "arch", "drivers")
_INCLUDE = re.compile(r'^\s*#\s*include "([^"]+)"', re.MULTILINE)


def includes(root):
    """file without its ending -> what its source and header include"""
    graph = {}
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(root, room)):
            for name in names:
                stem, ending = os.path.splitext(os.path.relpath(os.path.join(folder, name), root))
                if ending in (".c", ".h"):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        found = {os.path.splitext(path)[0] for path in _INCLUDE.findall(file.read())}
                    graph.setdefault(stem, set()).update(found - {stem})
    return {stem: used & set(graph) for stem, used in graph.items()}


def reached(graph, start):
    seen, waiting = set(), [start]
    while waiting:
        stem = waiting.pop()
        if stem not in seen:
            seen.add(stem)
            waiting.extend(graph[stem])
    return seen


def circles(graph):
    """Sets of files that reach each other."""
    reach = {stem: set().union(*(reached(graph, used) for used in graph[stem])) for stem in graph}
    found = {frozenset(other for other in reach[stem] if stem in reach[other]) for stem in graph if stem in reach[stem]}
    return sorted((sorted(circle) for circle in found if len(circle) > 1), key=len, reverse=True)


def turns(graph, start):
    """Includes from another room back into one that comes before it on the way."""
    way = reached(graph, start)
    rooms = {stem: os.path.dirname(stem) for stem in way}
    leads = {room: {rooms[used] for stem in way if rooms[stem] == room for used in graph[stem]} - {room}
             for room in set(rooms.values())}
    back = {room for room in leads if room in set().union(*(reached(leads, other) for other in leads[room]), set())}
    return sorted((stem, used) for stem in way for used in graph[stem] if rooms[stem] != rooms[used] and rooms[used] in back and
                  rooms[stem] in reached(leads, rooms[used]))


def main(root=".", start="kernel/core/irq.c"):
    graph = includes(root)
    start = os.path.splitext(start)[0]
    found = circles(graph)
    print("%d files; in circles: %d" % (len(graph), sum(map(len, found))))
    for circle in found:
        print("  circle of %d: %s" % (len(circle), " ".join(circle)))
    way = reached(graph, start)
    print("way of %s: %d files of %d rooms, %d turns" % (start, len(way), len({os.path.dirname(stem) for stem in way}),
                                                       len(turns(graph, start))))


if __name__ == "__main__":
    main(*sys.argv[1:])
