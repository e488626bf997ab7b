"""The dossier, and what a run leaves on its stick after a reset."""

import re
import subprocess
import zlib

from machine import COMMAND_TIMEOUT
from machines import SMALL
from support import on

MACHINE_CHECK = "mce 0 1 0xb200000000000000 0x5 0 0"
KEPT = "::signalbox-last.txt"
# A machine that starts again when it is reset. The stick is the image that is flashed.
STICK = SMALL.but("stick", boot="usb", options=("-action", "reboot=reset"))


def kept_file(box):
    """What the loader wrote to the stick, as text."""
    done = subprocess.run(["mtype", "-i", "%s/signalbox.img@@1M" % box.private.name, KEPT], stdout=subprocess.PIPE, timeout=60, check=True)
    return done.stdout.decode()


def restarted(box):
    """Waits for the loader of the next start to find what this one left."""
    box.expect(r"^signalbox: last run: signalbox-last.txt, \d+ bytes", box.spec.timeout)
    box.wait_prompt()


@on("default")
def test_a_dossier_holds_every_section_and_its_verdict(machine):
    lines = machine.command("dossier", timeout=300)
    headings = [line for line in lines if line.startswith("== ")]
    assert len(headings) == 14 and headings[0] == "== version ==" and headings[-1] == "== log =="
    assert "verdict: PASS, by selftest, audit and prove" in lines


def test_a_dossier_is_on_the_stick_after_a_reboot(start):
    box = start(STICK)
    box.wait_prompt()
    [kept] = [line for line in box.command("dossier", timeout=300) if line.startswith("kept, ")]
    box.send(b"reboot\r")
    restarted(box)
    text = kept_file(box)
    assert len(text) == int(re.match(r"kept, (\d+) bytes", kept)[1])
    above, checksum = text.rsplit("CRC-32 of all above: ", 1)
    assert zlib.crc32(above.encode()) == int(checksum, 16)
    assert "== selftest ==" in text and "verdict: " in text


def test_a_panic_is_on_the_stick_after_a_reset(start):
    box = start(STICK)
    box.wait_prompt()
    box.monitor(MACHINE_CHECK)
    box.expect(r"^panic: .*machine check.*\n", COMMAND_TIMEOUT)
    box.expect(r"^\[.*\] boot: ", COMMAND_TIMEOUT)
    box.qmp.execute("system_reset")
    restarted(box)
    text = kept_file(box)
    assert re.match(r"\npanic: .*machine check", text) and "last log lines:" in text and "Signalbox 0.1" in text


def test_a_report_is_written_once(start):
    box = start(STICK)
    box.wait_prompt()
    box.command("dossier", timeout=300)
    box.send(b"reboot\r")
    restarted(box)
    box.send(b"reboot\r")
    box.expect(r"^signalbox: last run\r?\n", box.spec.timeout)
    assert "signalbox-last.txt" not in box.expect(r"^signalbox: menu\r?\n", box.spec.timeout)
