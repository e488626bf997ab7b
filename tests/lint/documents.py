"""The README.md of each room: it is there, and what it names is there, too."""

import glob
import os
import re

ROOMS = ["boot", "kernel", "arch", "drivers", "tests"]
SHORTEST, LONGEST = 8, 140  # lines of a page
SUFFIXES = r"(?:c|h|asm|py|sh|mk|md|ld)"
INCLUDE = re.compile(r'^#include "((?:kernel|arch|drivers|boot)/[^"]*)"', re.MULTILINE)


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rooms():
    """The top rooms and those under kernel/."""
    return ROOMS + sorted(path.rstrip("/") for path in glob.glob("kernel/*/"))


def _inner_rooms(room):
    return sorted(os.path.basename(path.rstrip("/")) for path in glob.glob(room + "/*/") if os.path.basename(path.rstrip("/")) != "__pycache__")


def _names(room, text):
    """Paths and functions in backticks that are not there. A function stands in a row behind its file."""
    found = []
    for line in text.splitlines():
        files = [word for word in re.findall(r"`([\w./-]+\.%s)`" % SUFFIXES, line) if not word.startswith("build/")]
        places = [next((path for path in (os.path.join(room, word), word) if os.path.exists(path)), None) for word in files]
        found += ["%s/README.md names %s, which is not there" % (room, word) for word, place in zip(files, places) if not place]
        held = "".join(_read(place) for place in places if place)
        found += ["%s/README.md: %s holds no %s" % (room, " ".join(files), name)
                  for name in re.findall(r"`(\w+)\(\)`", line) if files and not re.search(r"\b%s\b" % name, held)]
        found += ["%s/README.md names %s/, which is not there" % (room, word) for word in re.findall(r"`([a-z][\w/-]*)/`", line)
                  if not word.startswith("build") and not any(os.path.isdir(path) for path in (os.path.join(room, word), word))]
    return found


def _included(room):
    """The other rooms whose headers a room's files include; headers right under kernel/ by name."""
    headers = {path for source in glob.glob(room + "/*.[ch]") for path in INCLUDE.findall(_read(source))}
    places = {path if os.path.dirname(path) == "kernel" or not path.startswith("kernel/") else os.path.dirname(path) + "/" for path in headers}
    return places - {room + "/"}


def each_room_says_truly_what_it_holds():
    found = []
    for room in rooms():
        path = room + "/README.md"
        if not os.path.exists(path):
            found.append(path + " is missing")
            continue
        text = _read(path)
        found += _names(room, text)
        if not SHORTEST <= text.count("\n") <= LONGEST:
            found.append("%s has %d lines" % (path, text.count("\n")))
        found += ["%s does not say what %s/ holds" % (path, inner) for inner in _inner_rooms(room) if "`%s/`" % inner not in text]
        said = re.search(r"^Includes: (.*?)\.$", text, re.MULTILINE | re.DOTALL)
        if room.startswith("kernel/") and (not said or set(re.findall(r"`([^`]+)`", said[1])) != _included(room)):
            found.append("%s: Includes: %s" % (path, ", ".join("`%s`" % place for place in sorted(_included(room)))))
    return found


def the_top_page_names_only_what_is_there():
    return _names(".", _read("README.md"))
