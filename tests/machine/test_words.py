"""The words of the command line, and the ways of leaving."""

import json

import pytest
from machine import COMMAND_TIMEOUT, LOG_LINE
from machines import DEFAULT, SMALL
from support import device_of, run_words

# Bank 1 of processor 0 reports an uncorrected error of which the processor's state did not survive.
MACHINE_CHECK = "mce 0 1 0xb200000000000000 0x5 0 0"


def log_lines(lines):
    return [line for line in lines if LOG_LINE.match(line)]


def objects(lines, kind):
    return [found for found in map(json.loads, (line for line in lines if line.startswith("{"))) if found["type"] == kind]


def test_a_run_that_does_not_leave_ends_at_the_prompt(start):
    box = start(SMALL.but("prompt", words='run="version"'))
    box.wait_prompt()
    assert box.command("version")


def test_unknown_words_are_reported_once_and_the_others_obeyed(start):
    box = start(SMALL.but("unknown", cpus=2, words="colour=blue maxcpus=1 colour=blue frobnicate"))
    warnings = [line for line in box.wait_prompt() if "warning" in line and "frobnicate" in line]
    assert len(warnings) == 1
    assert warnings[0].count("colour=blue") == 1
    assert "maxcpus" not in warnings[0]
    assert len([cpu for cpu in box.json("cpus", "cpu") if cpu["state"] == "online"]) == 1


@pytest.mark.parametrize("words,online", [("nosmp", 1), ("maxcpus=2", 2), ("maxcpus=99", 4)])
def test_the_number_of_processors_started_is_the_one_asked_for(start, words, online):
    status, _, lines = run_words(start, SMALL.but("cpus", cpus=4), words + ' run="cpus --json; exit 0"')
    assert status == 1
    assert len([cpu for cpu in objects(lines, "cpu") if cpu["state"] == "online"]) == online


def test_quiet_shows_fewer_lines_and_the_ring_keeps_them(start):
    loud = log_lines(start(SMALL.but("loud")).wait_prompt())
    box = start(SMALL.but("quiet", words="quiet"))
    assert len(log_lines(box.wait_prompt())) < len(loud)
    assert len(box.command("log")) >= len(loud)


def test_the_console_can_be_the_second_port_and_say_more(start):
    box = start(SMALL.but("second-port", words="console=ttyS1,57600 loglevel=3", options=("-serial", "null")))
    assert any("boot: drivers" in line for line in box.wait_prompt())
    assert box.command("version")


def test_the_console_can_be_a_serial_card_that_misses_nothing(start, tmp_path):
    card = tmp_path / "card.log"
    spec = SMALL.but("serial-card", devices=(*SMALL.devices, "pci-serial,chardev=card,addr=9"),
                     options=("-chardev", "file,id=card,path=%s" % card))
    status, _, _ = run_words(start, spec, 'console=pci,00:09.0 run="version; exit 16"')
    lines = card.read_text().splitlines()
    assert status == 33
    assert any("command line from" in line for line in log_lines(lines))
    assert any(line.startswith("Signalbox ") for line in lines)


def test_without_a_console_a_run_is_carried_out_all_the_same(start):
    status, _, lines = run_words(start, SMALL, 'console=none run="version; exit 16"')
    assert status == 33
    assert not log_lines(lines)


def test_nox2apic_leaves_the_local_apics_in_xapic_mode(start):
    status, _, lines = run_words(start, DEFAULT, 'nox2apic run="cpus --json; selftest; exit 0" stop-on-error')
    assert {cpu["apic_mode"] for cpu in objects(lines, "cpu")} == {"xapic"}
    assert status == 1


def test_nomsix_falls_back_to_msi_and_the_device_still_interrupts(start):
    box = start(DEFAULT.but("nomsix", words="nomsix"))
    box.wait_prompt()
    kinds = {found["driver"]: found["kind"] for found in box.json("messages", "message")}
    assert kinds["e1000e"] == "msi"
    assert "msix" not in kinds.values()
    box.command("fire %s 0 3" % device_of(box, "e1000e"))


def test_a_panic_during_a_run_ends_qemu_with_status_255(start):
    box = start(SMALL.but("panic", words='run="version"'))
    box.wait_prompt()
    box.monitor(MACHINE_CHECK)
    assert box.wait_exit() == 255
    assert "panic: " in box.transcript


def test_a_panic_without_a_run_halts_and_says_where(start):
    box = start(SMALL.but("panic-halt"))
    box.wait_prompt()
    box.monitor(MACHINE_CHECK)
    box.expect(r"^panic: .*machine check.*\n", COMMAND_TIMEOUT)
    box.expect(r"rip|rsp", COMMAND_TIMEOUT)
    assert box.process.poll() is None


def test_a_non_maskable_interrupt_is_counted_and_no_panic(start):
    box = start(SMALL.but("nmi"))
    box.wait_prompt()
    box.qmp.execute("inject-nmi")
    assert [row["counts"] for row in box.json("interrupts", "system") if row["name"] == "nmi"] == [[1]]


@pytest.mark.parametrize("command,reason", [("poweroff", "guest-shutdown"), ("reboot", "guest-reset")])
def test_leaving_goes_through_the_firmware(start, command, reason):
    _, events, _ = run_words(start, SMALL, 'run="%s"' % command)
    assert [event["data"]["reason"] for event in events if event["event"] == "SHUTDOWN"] == [reason]
