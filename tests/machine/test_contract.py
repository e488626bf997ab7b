"""What holds for every command there is, found by `help`: new ones are held to it without being named here. And what
kernel/console/CONTRACT.md says against the running kernel."""

import json
import os
import re

import pytest
from contract import CONTRACT
from machine import LOG_LINE, ROOT, error_of
from machines import SMALL
from support import device_of, on, run_words

COLUMNS = 79
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
def test_every_command_and_every_example_stays_within_eighty_columns(machine):
    lines = ["help", *every_line(machine).values()]
    for found in machine.json("help", "command"):
        lines.append("help " + found["name"])
        lines += [] if found["name"] in NOT_RUN else found["examples"]
    wrong = ["boot: " + text for text in machine.boot_lines if len(text) > COLUMNS]
    for line in lines:
        if line.startswith("trace dump") or "--json" in line:
            continue  # what programs read is not folded
        said = machine.run(line) if " -w" not in line else type_in(machine, line)
        wrong += ["%s: %s" % (line, text) for text in own_lines(said) if len(text) > COLUMNS and not text.startswith("error: ")]
    assert not wrong, "\n".join(wrong)


@on("contract")
def test_the_rows_of_tables_fit_without_being_folded(machine):
    for command in ("cpus", "messages", "interrupts", "policy", "firmware", "prove shots=100 moves=10", "latency shots=10", "drill"):
        folded = [line for line in own_lines(machine.command(command)) if line.startswith("    ") and "#" not in line]
        assert not folded, command


@on("contract")
def test_every_command_refuses_words_that_make_no_sense(machine):
    for name in every_line(machine):
        for words in ("no-such-word", "ffff:ff:1f.7 7", "0 0 0 0 0 0 0 0"):
            reason = machine.refused("%s %s" % (name, words))
            assert reason and len(reason) < 160, "%s: %s" % (name, reason)


def words_of(usage):
    """The words of a usage line, each choice for itself."""
    return [choice for word in re.sub(r"[][]", " ", usage).split()[1:] for choice in word.split("|") if choice]


@on("contract")
def test_help_explains_every_word_of_every_command(machine):
    for found in machine.json("help", "command"):
        assert [option["word"] for option in found["options"]] == words_of(found["usage"]), found["name"]
        lines = machine.command("help " + found["name"])
        assert lines[0].startswith(found["name"])
        assert [line for line in lines if line.startswith("example: " + found["name"])]
        assert not [line for line in lines if len(line) >= 80]


def type_in(machine, line):
    """A line typed at the prompt, what runs until Ctrl-C ended after its first round; answers the output."""
    if " -w " not in line:
        return machine.run(line)
    machine.send(line.encode() + b"\r")
    said = machine.expect(r"(?=\{[^\n]*_summary[^\n]*\n)" if "--json" in line else r"(?=DEVICE[^\n]*\n)", 20) + machine.settle()
    return [text for text in said.splitlines() if not text.startswith("error: stopped")]


@on("contract")
def test_the_examples_of_help_run_as_they_stand(machine):
    for found in machine.json("help", "command"):
        if found["name"] not in NOT_RUN:
            for line in found["examples"]:
                lines = type_in(machine, line)
                assert error_of(lines) is None, "%s: %s" % (line, lines)


@on("contract")
def test_the_contract_names_the_commands_there_are(machine):
    assert {found["usage"] for found in machine.json("help", "command")} == set(CONTRACT.commands)


@on("contract")
def test_every_command_prints_the_types_of_the_contract_and_no_others(machine):
    for found in machine.json("help", "command"):
        if found["name"] in NOT_RUN:
            continue
        documented = CONTRACT.commands[found["usage"]]
        printed = set()
        for example in found["examples"]:
            lines = type_in(machine, example + " --json")
            printed |= {each["type"] for each in CONTRACT.check([json.loads(text) for text in lines if is_object(text)])}
        needed = {kind for kind, may_be_missing in documented.items() if not may_be_missing}
        # A form of trace dump that is no JSON is refused.
        assert needed <= printed - {"error"} <= set(documented), found["name"]


def test_every_type_of_the_contract_belongs_to_a_command():
    assert {kind for kinds in CONTRACT.commands.values() for kind in kinds} == set(CONTRACT.types) - {"error"}


@on("contract")
def test_policies_are_those_of_the_contract(machine):
    rocker = device_of(machine, "rocker")
    names = [row[0] for row in CONTRACT.tables["policy"]]
    assert machine.refused("policy %s nosuch" % rocker) == "'nosuch' is none of " + ", ".join(names)
    for name in names:
        if name == "specified":
            assert "route says" in machine.refused("policy %s %s" % (rocker, name))
        else:
            assert machine.json("policy %s %s" % (rocker, name))[0]["policy"] == ("spread" if name == "default" else name)


@on("contract")
def test_figures_are_those_of_the_contract(machine):
    machine.settle()
    machine.send(b"bench \t\t")
    offered = {word.rstrip("\x07") for word in machine.settle().split()}
    figures = {row[0] for row in CONTRACT.tables["figure"]}
    assert figures <= offered
    assert not [word for word in offered - figures if "_" in word]


def test_the_words_of_the_command_line_are_those_the_kernel_has():
    with open(os.path.join(ROOT, "kernel", "console", "command_line.c"), encoding="utf-8") as file:
        rules = re.findall(r'^ +\{"([a-z0-9-]+=?)", read_\w+\}', file.read(), re.MULTILINE)
    assert sorted(rules) == sorted(row[0] for row in CONTRACT.tables["word"])


def test_the_kernel_knows_each_word_of_the_contract(start):
    words = " ".join(row[1] for row in CONTRACT.tables["word"])
    box = start(SMALL.but("all-words", boot="direct", words=words + " nosuchword"))
    unknown = [line.split(": ")[-1] for line in box.wait_prompt() if "unknown or without sense" in line]
    assert unknown == ["nosuchword"]


@pytest.mark.parametrize("words,status,why", CONTRACT.tables["words"])
def test_a_run_ends_with_the_status_of_the_contract(start, words, status, why):
    found, _, lines = run_words(start, SMALL, words)
    assert found == int(status), why
    assert ("no-such-command" in words) == any(line.startswith("error: ") for line in lines)
