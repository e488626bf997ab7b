"""A person at the serial terminal: Ctrl-C, typing ahead, Tab, the live table."""

import json
import re
import time

from machine import COMMAND_TIMEOUT, PROMPT, error_of
from machines import SMALL
from support import device_of, messages, on

CTRL_C = b"\x03"
SCREEN = "interrupts a second; every 1 s, Ctrl-C ends"
ENDLESS = b"prove shots=1000000000 moves=100000000\r"
PROGRESS = r"\r(prove|fire): [1-9]\d* of "  # shows that a command is at work, after a second


def begin(machine, line, sign=PROGRESS):
    """Starts a command that would take hours, and waits for a sign that it is at work."""
    machine.settle()
    machine.send(line)
    machine.expect(r"\n", COMMAND_TIMEOUT, "the echo")
    if sign:
        machine.expect(sign, COMMAND_TIMEOUT, "a sign of work")


def stop(machine):
    """Types Ctrl-C; answers what the command still said."""
    machine.send(CTRL_C)
    return machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt after Ctrl-C")


def routes(machine):
    return {key: (found["cpu"], found["target_processor_set"]) for key, found in messages(machine).items()}


@on("moves-4")
def test_control_c_stops_a_proof_at_once_and_everything_is_where_it_was(machine):
    before = routes(machine)
    begin(machine, ENDLESS)
    said = stop(machine)
    lines = said.splitlines()
    assert error_of(lines) == "stopped"
    assert "^C" in said and re.search(r"^STOPPED: 0 lost, 0 pending, 0 twice, 0 that nobody owned, 0 faults", said, re.MULTILINE)
    assert routes(machine) == before
    assert machine.command("selftest")


@on("moves-4")
def test_progress_is_shown_and_leaves_no_trace(machine):
    start = len(machine.transcript)
    begin(machine, ENDLESS)
    stop(machine)
    text = machine.transcript[start:]
    shown = re.findall(r"\rprove: \d+ of 1000000000, \d+ %, \d+ s, about \d+ s left", text)
    assert shown
    last = text.rindex(shown[-1]) + len(shown[-1])
    assert re.match(r"\r +\r\^C\r\n", text[last:])


@on("moves-4")
def test_json_has_no_progress_and_says_that_it_was_stopped(machine):
    start = len(machine.transcript)
    for seconds in range(2, 12):
        begin(machine, ENDLESS.replace(b"\r", b" --json\r"), None)
        time.sleep(seconds)  # progress would be shown after one
        lines = stop(machine).splitlines()
        summary = machine.objects(lines)[-1]
        assert summary["type"] == "prove_summary" and summary["verdict"] == "stopped"
        assert summary["sent"] == summary["handled"]
        if summary["sent"]:
            break
    assert summary["sent"]
    assert error_of(lines) == "stopped"
    assert "about" not in machine.transcript[start:]


@on("moves-4")
def test_what_is_typed_ahead_runs_when_the_command_is_over(machine):
    machine.settle()
    machine.send(b"prove shots=20000 moves=0\rversion\r")
    machine.expect(r"^PASS: ", COMMAND_TIMEOUT, "the verdict")
    machine.expect(PROMPT + r"version\r?\n", COMMAND_TIMEOUT, "the echo of what was typed ahead")
    assert "Signalbox" in machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")


@on("moves-4")
def test_control_c_stops_shots_and_listings(machine):
    begin(machine, b"fire %s 0 1000000\r" % device_of(machine, "rocker").encode())
    said = stop(machine)
    assert error_of(said.splitlines()) == "stopped"
    assert int(re.search(r"sent (\d+)", said)[1]) > 0


@on("moves-4")
def test_several_commands_may_stand_in_a_line(machine):
    lines = machine.run("version; frobnicate;; version")
    assert [line[:9] for line in lines if line] == ["Signalbox", "error: un", "Signalbox"]


@on("moves-4")
def test_tab_completes_commands_devices_messages_and_words(machine):
    rocker = device_of(machine, "rocker")
    machine.settle()
    machine.send(b"ver\tx\x7f\r")
    machine.expect(r"^version x", COMMAND_TIMEOUT, "the completed command")
    assert "Signalbox" in machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")
    machine.send(b"fire %s\t\t" % rocker[5:9].encode())
    listed = machine.expect(r"^signalbox> fire 00:0", COMMAND_TIMEOUT, "the line once more")
    assert rocker[5:] in listed.split()
    machine.send(b"%s\t\t\t" % rocker[9:].encode())
    assert "0  1  2  3" in machine.expect(r"^signalbox> fire %s " % rocker[5:], COMMAND_TIMEOUT, "the line once more")
    machine.send(b"3\t\r")
    assert "%s 3: sent 1, handled 1" % rocker in machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")
    machine.send(b"cpu 1 of\t\x17on\t\x03")
    assert "cpu 1 offline \b" in machine.expect(r"\^C", COMMAND_TIMEOUT, "the cancelled line")


def rows_before_the_question(machine):
    return machine.expect(r"-- more: [^\n]*--", COMMAND_TIMEOUT, "the pager's question").count("\n")


@on("moves-4")
def test_the_pager_waits_for_keys_and_q_ends_it_without_an_error(machine):
    whole = machine.command("help")
    machine.settle()
    machine.send(b"help | more\r")
    machine.expect(r"\n", COMMAND_TIMEOUT, "the echo")
    assert rows_before_the_question(machine) == 23
    machine.send(b"\r")
    assert rows_before_the_question(machine) == 1
    machine.send(b"q")
    rest = machine.expect(PROMPT, COMMAND_TIMEOUT, "the prompt")
    assert not rest.strip() and len(whole) > 24
    assert len(machine.command("help --json | more")) > 24


@on("moves-4")
def test_control_s_holds_the_output_and_control_q_lets_it_go_on(machine):
    begin(machine, b"interrupts -w\r", SCREEN)
    machine.send(b"\x13")
    assert machine.is_silent(4), "a screen came each second all the same"
    start = len(machine.transcript)
    machine.send(b"\x11")
    while SCREEN not in machine.transcript[start:]:
        machine.expect(SCREEN, COMMAND_TIMEOUT, "another screen")
    stop(machine)


@on("moves-4")
def test_the_live_table_counts_until_control_c(machine):
    start = len(machine.transcript)
    begin(machine, b"interrupts -w\r", SCREEN)
    machine.expect(SCREEN, COMMAND_TIMEOUT, "another screen")
    assert error_of(stop(machine).splitlines()) == "stopped"
    assert all(len(line) < 80 for line in machine.transcript[start:].splitlines())


@on("moves-4")
def test_the_live_table_in_json_adds_up(machine):
    start = len(machine.transcript)
    begin(machine, b"interrupts -w 1 --json\r", "interrupts_summary")
    machine.expect("interrupts_summary", COMMAND_TIMEOUT, "another period")
    stop(machine)
    found = machine.objects(machine.transcript[start:].splitlines())
    last = max(n for n, row in enumerate(found) if row["type"] == "interrupts_summary")
    rows = found[last - found[last]["rows"]:last]
    assert {row["type"] for row in rows} == {"interrupt", "system"}
    assert sum(row["change"] for row in rows) == found[last]["change"] > 0
    assert found[last]["milliseconds"] >= 1000


def test_control_c_ends_a_run_at_the_prompt(start):
    box = start(SMALL.but("stopped", words='run="interrupts -w --json; exit 3" stop-on-error'))
    box.expect(r"interrupts_summary", box.spec.timeout, "the first period")
    assert error_of(stop(box).splitlines()) == "stopped"
    assert box.command("version")
