"""Keyboards: what QEMU's own keys type, by whatever line or message they come."""

from machine import COMMAND_TIMEOUT, PROMPT
from machines import SMALL
from support import counts, messages, on, wait_for_arrivals

PS2 = "ffff:00:01.0"
POWER = "ffff:00:09.0"
NAMES = {" ": "spc", "\r": "ret", "-": "minus", "=": "equal", ":": "shift-semicolon", ".": "dot", ";": "semicolon"}


def press(machine, *keys):
    """Presses keys together and lets them go."""
    machine.qmp.execute("send-key", keys=[{"type": "qcode", "data": key} for key in keys], **{"hold-time": 20})


def type_keys(machine, text):
    """Types a line at the keyboard; answers what the console says until the next prompt."""
    machine.settle()
    for character in text + "\r":
        press(machine, *NAMES.get(character, character).split("-"))
        if character != "\r":
            machine.expect(character, COMMAND_TIMEOUT, "the echo of %r" % character)
    machine.expect(r"\n", COMMAND_TIMEOUT, "the end of the line")
    return machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt after %r" % text)


@on("default", "pc", "xapic")
def test_a_ps2_keyboard_types_by_its_line_and_each_key_interrupts(machine):
    record = messages(machine, PS2)[PS2, 0]
    assert (record["kind"], record["mode"], record["polarity"], record["driver"]) == ("line", "latched", "active_high", "i8042")
    before = counts(machine)
    assert "Signalbox" in type_keys(machine, "version")
    # A key down and up is two bytes; on a busy host both may wait for one interrupt.
    assert set(wait_for_arrivals(machine, before, (PS2, 0), len("version\r"))[PS2, 0]) == {record["cpu"]}
    assert machine.json("audit", "audit_summary")[0]["drifts"] == 0


@on("default")
def test_editing_keys_and_modifiers_work_as_at_a_terminal(machine):
    machine.settle()
    for keys in (("v",), ("e",), ("x",), ("backspace",), ("r",), ("s",), ("i",), ("o",), ("n",), ("left",), ("left",), ("home",),
                 ("delete",), ("v",), ("end",), ("shift", "z"), ("ctrl", "h"), ("ret",)):
        press(machine, *keys)
    assert "Signalbox" in machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")
    press(machine, "up")
    press(machine, "ret")
    assert "Signalbox" in machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")
    press(machine, "x")
    press(machine, "ctrl", "c")
    machine.expect(r"x\^C", COMMAND_TIMEOUT, "the cancelled line")
    machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")


@on("default")
def test_the_keyboards_line_moves_while_somebody_types(machine):
    for cpu in (3, 1, 2, 0):
        machine.command("route %s 0 %d" % (PS2, cpu))
        before = counts(machine)
        assert "Signalbox" in type_keys(machine, "version")
        assert set(wait_for_arrivals(machine, before, (PS2, 0), len("version\r"))[PS2, 0]) == {cpu}


@on("default")
def test_a_byte_whose_edge_was_lost_does_not_stop_the_keyboard(machine):
    machine.settle()
    machine.command("mask %s 0" % PS2)
    machine.settle()
    press(machine, "q")
    machine.expect("q", COMMAND_TIMEOUT, "the echo of what came without its interrupt")
    machine.settle()
    machine.command("unmask %s 0" % PS2)
    assert "Signalbox" in type_keys(machine, "version")


@on("default", "pc")
def test_the_power_buttons_interrupt_is_a_line_as_the_madt_wires_it(machine):
    record = messages(machine, POWER)[POWER, 0]
    assert (record["kind"], record["mode"], record["polarity"]) == ("line", "level_sensitive", "active_high")


def test_the_power_button_switches_off_and_a_command_that_runs_does_not_keep_it(start):
    box = start(SMALL.but("power-button"))
    box.wait_prompt()
    box.send(b"interrupts -w\r")
    box.expect("Ctrl-C ends", COMMAND_TIMEOUT, "the live table")
    box.qmp.execute("system_powerdown")
    status = box.wait_exit()
    assert status == 0 and box.shut_down()


def test_control_alt_delete_restarts(start):
    box = start(SMALL.but("restart"))
    box.wait_prompt()
    press(box, "ctrl", "alt", "delete")
    box.wait_exit()  # QEMU runs with -no-reboot
    assert "Ctrl-Alt-Del: restarting" in box.transcript
    assert any(event.get("event") == "SHUTDOWN" and event["data"]["reason"] == "guest-reset" for event in box.qmp.events)


def test_a_german_keyboard_types_as_its_keys_say(start):
    box = start(SMALL.but("german", words="keyboard=de"))
    box.wait_prompt()
    for keys in (("z",), ("y",), ("shift", "slash"), ("alt_r", "q"), ("shift", "7")):
        press(box, *keys)
    box.expect(r"yz_@/", COMMAND_TIMEOUT, "what a German keyboard has there")


def test_without_a_keyboard_the_boot_says_what_else_can_be_done(start):
    box = start(SMALL.but("no-keyboard", board="q35,i8042=off"))
    box.wait_prompt()
    assert any("keyboards: none" in line and "serial port" in line for line in box.boot_lines)
    assert box.json("audit", "audit_summary")[0]["drifts"] == 0
