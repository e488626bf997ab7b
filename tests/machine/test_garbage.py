"""Whatever is typed: an error line, the prompt again, never a reset."""

import image
import pytest
from machine import COMMAND_TIMEOUT, PROMPT, error_of
from support import device_of, on

NASTY = [
    "frobnicate", "FIRE", "pci 99:99.9", "pci 00:00.8", "pci 0000:ff:1f.7", "pci zz", "pci 00:00.0 more words than it takes",
    "messages 1:2", "messages 00:00.0.0", "fire", "fire 00:00.0", "fire 00:00.0 0", "fire ROCKER", "fire ROCKER 4",
    "fire ROCKER -1", "fire ROCKER 0 0", "fire ROCKER 0 -1", "fire ROCKER 0 99999999999999999999999", "fire ROCKER 0x", "fire ROCKER 1e3",
    "fire ROCKER 18446744073709551616", "fire ROCKER 0xffffffffffffffffff", "fire ROCKER 0 1 2 3", "mask", "mask ROCKER 128",
    "unmask ROCKER 4294967296", "read", "read NVME", "read NVME 18446744073709551615", "read NVME x", "read ROCKER 0", "exit",
    "exit banana", "exit 99999999999", "exit -1", "help nothing-like-it", 'fire "ROCKER', '"', "selftest twice", "cpus all of them",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z", "%s%s%n%x", "../../etc/passwd", "x" * 500, "fire ROCKER " + "9" * 200,
]


@on("garbage")
@pytest.mark.parametrize("line", NASTY, ids=["%02d-%s" % (n, line[:24].replace("/", "_")) for n, line in enumerate(NASTY)])
def test_a_wrong_line_gets_an_error_line_and_the_prompt(machine, line):
    line = line.replace("ROCKER", device_of(machine, "rocker")).replace("NVME", device_of(machine, "nvme"))
    reason = machine.refused(line)
    assert reason and len(reason) < 200
    assert machine.command("version")


@on("garbage")
@pytest.mark.parametrize("data", [bytes(range(1, 32)), bytes(range(127, 256)), b"\0" * 100, b"\x1b[", b"\x1b[999999999999A", b"\x1bO",
                                  b"\xff\xfe" * 200, b"\t\t\t", b"\b" * 300, b"\x1b[3~" * 50, b"\n\r\n\r" * 20],
                         ids=lambda data: data[:6].hex())
def test_control_bytes_leave_the_console_alive(machine, data):
    machine.send(data + b"\r")
    machine.settle()
    assert machine.command("version")


@on("garbage")
@pytest.mark.parametrize("line", ["", "   ", "\t"])
def test_an_empty_line_is_no_error(machine, line):
    assert error_of(machine.run(line)) is None


@on("garbage")
def test_both_carriage_return_and_line_feed_end_a_line(machine):
    for end in (b"\r", b"\n", b"\r\n"):
        machine.settle()
        machine.send(b"version" + end)
        # Its own prompt first: what settles the line would stop a command that still runs.
        said = machine.expect(PROMPT, COMMAND_TIMEOUT) + machine.settle()
        assert said.count("Signalbox ") == 1, end
        assert said.count("signalbox> ") == 0, "an empty line more or less: %r" % said


@on("garbage")
def test_output_lines_end_in_carriage_return_and_line_feed(machine):
    machine.settle()
    start = len(machine.transcript)
    machine.command("pci")
    text = machine.transcript[start:]
    assert text.count("\n") > 5
    assert text.count("\n") == text.count("\r\n")


@on("garbage")
def test_listings_for_a_person_stay_within_eighty_columns(machine):
    for command in ("help", "cpus", "pci", "messages", "interrupts", "vectors", "firmware"):
        for line in machine.command(command):
            assert len(line) < 80, line


@on("garbage")
def test_a_block_beyond_the_disk_is_refused_and_the_next_read_works(machine):
    disk = device_of(machine, "nvme")
    assert machine.refused("read %s %d" % (disk, image.BLOCK_COUNT))
    assert machine.json("read %s 1" % disk)
