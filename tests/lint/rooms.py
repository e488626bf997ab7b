"""Who may include whom: the table of README's rooms, checked against the compiler's own dependency files."""

import os
import re

# room: prefixes it may depend on; the most particular room of a source decides. The composition root sees every room.
ALLOWED = {
    "boot": ("boot/", "kernel/lib/", "arch/cpu_registers.h", "arch/cpu_bits.h", "arch/mmio.h"),
    "kernel": ("kernel/",),
    "kernel/lib": ("kernel/lib/",),
    "kernel/core": ("kernel/core/", "kernel/lib/"),
    "arch": ("kernel/", "arch/", "boot/handoff.h"),
    "drivers": ("kernel/", "drivers/", "arch/mmio.h"),
}
TOP = tuple(room for room in ALLOWED if "/" not in room)
EXEMPT = ("kernel/main.c", "kernel/main_input.c", "kernel/main_serial.c")
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "stdarg.h", "stdatomic.h"}
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)


def dependencies(text):
    """The prerequisites a dependency file names, targets left out."""
    joined = text.replace("\\\n", " ")
    return [word for line in joined.splitlines() if ":" in line for word in line.split(":", 1)[1].split()]


def room_of(source):
    """The room whose rule a source goes by; None outside all of them."""
    return max((room for room in ALLOWED if source.startswith(room + "/")), key=len, default=None)


def dependency_violations(texts):
    """`texts`: contents of dependency files. Each source's room decides what it may depend on."""
    found = []
    for text in texts:
        used = [os.path.normpath(path) for path in dependencies(text) if not path.startswith("/")]
        source = used[0] if used else ""
        room = room_of(source)
        if not room or source in EXEMPT:
            continue
        for path in sorted(set(used)):
            if path.split("/")[0] in (*TOP, "tests") and not path.startswith(ALLOWED[room]):
                found.append("%s depends on %s" % (source, path))
    return found


def without_comments(text):
    """C text without its comments and string literals."""
    return _COMMENT.sub("", text)


def core_violations(path, text):
    """A file of kernel/ has no assembly, no volatile and no header of a hosted C library."""
    found = []
    for name in re.findall(r"^\s*#\s*include\s*<([^>]+)>", text, re.MULTILINE):
        if name not in FREESTANDING:
            found.append("%s includes <%s>" % (path, name))
    for word in sorted(set(re.findall(r"\b(volatile|__volatile__|asm|__asm__|__asm)\b", without_comments(text)))):
        found.append("%s uses %s" % (path, word))
    return found
