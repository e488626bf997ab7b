"""What holds for every command there is, found by `help`: new ones are held to it without being named here."""

import json
import re

from machine import LOG_LINE, error_of
from support import device_of, on

NOT_RUN = {"poweroff", "reboot", "exit"}  # the machine would be gone
WORDS = {"CPU": "1", "N": "0", "BLOCK": "1"}
ARGUMENTS = {"bench": "self_ipi", "storm": "1"}  # what keeps a command short, behind the words it needs


def least_line(usage, words):
    """A command with the words it needs: the first way of several, the first of two words, nothing in brackets."""
    usage = usage.split(" | ")[0]
    while "[" in usage:
        usage = re.sub(r" ?\[[^][]*\]", "", usage)
    name, *needed = usage.split()
    needed = [words.get(word.split("|")[0], word.split("|")[0]) for word in needed]
    return " ".join([name, *needed, *filter(None, [ARGUMENTS.get(name)])])


def every_line(machine):
    """name -> a line that runs it."""
    commands = machine.json("help", "command")
    assert len(commands) > 20
    words = dict(WORDS, BDF=device_of(machine, "rocker"))
    return {found["name"]: least_line(found["usage"], words) for found in commands if found["name"] not in NOT_RUN}


def own_lines(lines):
    return [line for line in lines if line and not LOG_LINE.match(line)]


def is_object(text):
    try:
        return "type" in json.loads(text)
    except ValueError:
        return False


@on("contract")
def test_every_command_speaks_json_alone_when_asked(machine):
    wrong = []
    for line in every_line(machine).values():
        lines = own_lines(machine.run(line + " --json"))
        if error_of(lines) is not None:
            lines.pop()
        wrong += ["%s: %s" % (line, text) for text in lines if not is_object(text)]
    assert not wrong, "\n".join(wrong)


@on("contract")
def test_every_command_stays_under_a_hundred_columns(machine):
    wrong = ["%s: %s" % (line, text) for line in every_line(machine).values() for text in own_lines(machine.run(line))
             if len(text) >= 100]
    assert not wrong, "\n".join(wrong)


@on("contract")
def test_every_command_refuses_words_that_make_no_sense(machine):
    for name in every_line(machine):
        for words in ("no-such-word", "ffff:ff:1f.7 7", "0 0 0 0 0 0 0 0"):
            reason = machine.refused("%s %s" % (name, words))
            assert reason and len(reason) < 160, "%s: %s" % (name, reason)


@on("contract")
def test_every_command_has_help_of_its_own(machine):
    for name in every_line(machine):
        assert machine.command("help " + name)[0].startswith(name)
