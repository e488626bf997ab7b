"""What a person sees: the screen read back by the fonts it is drawn in, at each shape of screen."""

import re
import time

import screen
from machine import COMMAND_TIMEOUT
from machines import SMALL
from support import on

PAGE_UP, PAGE_DOWN = b"\x1b[5~", b"\x1b[6~"
# width, height, and the characters' size there
SHAPES = {"default": (1280, 800, 12, 24), "one-cpu": (800, 600, 8, 16), "high-memory": (1280, 800, 12, 24),
          "eight-cpus": (800, 1280, 8, 16), "xapic": (2560, 1600, 24, 48)}


def look(machine, until=lambda seen: True):
    """The screen once `until` holds, or time is up. What a command drew stands there when its prompt came by the serial port."""
    deadline = time.monotonic() + COMMAND_TIMEOUT
    seen = screen.read(machine)
    while not until(seen) and time.monotonic() < deadline:
        seen = screen.read(machine)
    return seen


def key(machine, sequence, sign):
    """Types a key that answers nothing, and looks until the screen shows the sign of it."""
    machine.send(sequence)
    seen = look(machine, lambda seen: any(re.search(sign, row) for row in seen.rows))
    assert any(re.search(sign, row) for row in seen.rows), "no %s on the screen:\n%s" % (sign, "\n".join(seen.rows))
    return seen


@on(*SHAPES)
def test_a_listing_stands_on_the_screen_as_the_serial_port_said_it(machine):
    said = machine.command("messages")
    seen = look(machine)
    assert (seen.width, seen.height, seen.font.width, seen.font.height) == SHAPES[machine.spec.name]
    rows = [row.rstrip() for row in seen.rows]
    assert screen.UNREADABLE not in "".join(rows[-10:])
    for line in said:
        assert line.rstrip() in rows, "cut off or not drawn: %r" % line


@on(*SHAPES)
def test_the_cursor_stands_behind_the_prompt(machine):
    machine.settle()
    seen = look(machine)
    (column, row), = [place for place in seen.inverse() if seen.rows[place[1]].startswith("signalbox>")]
    assert (column, seen.rows[row].rstrip()) == (len("signalbox> "), "signalbox>")


@on(*SHAPES)
def test_the_verdict_after_a_self_test_is_large_and_says_what_was_tried(machine):
    said = machine.command("selftest")
    summary = re.search(r"selftest: (\d+ passed, \d+ failed, \d+ skipped)", "\n".join(said))[1]
    seen = look(machine)
    large = [line.strip() for line in seen.big()]
    start = len(large) - 1 - large[::-1].index("PASS")
    assert "self-test: " + summary in large[start:]
    assert "%d of %d CPUs, %d messages routed" % (machine.spec.cpus, machine.spec.cpus, len(machine.json("messages", "message"))) \
        in large[start:]
    assert any(re.fullmatch(r"audit: [1-9]\d* checks, 0 differ", line) for line in large[start:])
    assert "Standard PC (Q35 + ICH9, 2009)" in " ".join(large[start:])
    assert large[-1] == "type: prove"


@on("default")
def test_inks_tell_good_from_bad(machine):
    machine.run("no-such-command")
    bad, = look(machine).colours("error: unknown")
    machine.command("selftest")
    (good,), (plain,) = (look(machine).colours(text) for text in ("ok ", "selftest: "))
    assert len({bad, good, plain}) == 3
    assert bad[0] > bad[1] and good[1] > good[0]


@on("default", "eight-cpus")
def test_page_up_shows_what_was_scrolled_off_and_any_key_the_newest(machine):
    first = "no-such-command-that-is-scrolled-off"
    machine.run(first)
    for _ in range(4):
        machine.run("messages")
    assert first not in "".join(look(machine).rows)
    seen = key(machine, PAGE_UP, r"^-- \d+ lines above the newest; PgDn --")
    for _ in range(6):
        if any(first in row for row in seen.rows):
            break
        above = seen.rows[-1]
        machine.send(PAGE_UP)
        seen = look(machine, lambda now, above=above: now.rows[-1] != above)
    assert any(row.startswith("error: unknown command '%s'" % first) for row in seen.rows)
    seen = key(machine, b"x", r"^signalbox> x")
    assert not any("above the newest" in row for row in seen.rows)
    machine.settle()


@on("high-memory")
def test_of_two_screens_one_shows_the_console(machine):
    """The firmware's console is drawn on both then, which leaves it without memory of its own."""
    boot = "\n".join(machine.boot_lines)
    assert "PixelBltOnly" in boot and "2 outputs; the kernel's is the one at" in boot
    machine.command("version")
    shown = [screen.read(machine, device=name) for name in ("left", "right")]
    assert sum(any(row.startswith("signalbox> ") for row in seen.rows) for seen in shown) == 1


def test_what_a_run_said_can_be_read_without_a_serial_port(start):
    """No port is a console here: the screen shows each command, what it said by pages, and the verdict."""
    box = start(SMALL.but("unwatched", devices=("VGA", *SMALL.devices), words='console=none run="version; selftest"'))
    page, prompt = "-- any key, or 10 s --", "signalbox>"
    for sign, also in ((page, "signalbox> selftest"), (prompt, "selftest: ")):
        seen = look(box, lambda seen, sign=sign: sign in [row.rstrip() for row in seen.rows])
        rows = [row.rstrip() for row in seen.rows]
        assert sign in rows and any(row.startswith(also) for row in rows), "\n".join(rows)
    assert "PASS" in [line.strip() for line in seen.big()]
