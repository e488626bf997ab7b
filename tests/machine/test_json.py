"""JSON on machines of all kinds: each line as kernel/console/CONTRACT.md says, and what no single line shows."""

import json

from contract import CONTRACT
from support import on

FIRST_KEYS = ["type", "bdf", "index", "message_address", "target_processor_set", "interrupt_object", "message_data", "vector",
              "irql", "mode", "polarity"]
# Whatever lists without being told what, and takes little time.
LISTINGS = ["help", "version", "log", "cpus", "pci", "messages", "interrupts", "vectors", "firmware", "memory", "acpi list",
            "remap", "unknown", "policy", "irql", "audit", "drill", "trace status", "selftest"]
ENDED_BY_A_SUMMARY = ["vectors", "firmware", "acpi", "remap", "unknown", "irql", "audit", "trace status", "selftest"]


@on("default", "deep", "pc", "lines", "numa", "xhci", "one-cpu")
def test_every_line_of_every_listing_is_as_the_contract_says(machine):
    for command in LISTINGS:
        CONTRACT.check([json.loads(line) for line in machine.command(command + " --json")])


@on("default", "deep", "pc")
def test_a_listing_ends_with_its_summary(machine):
    for command in ENDED_BY_A_SUMMARY:
        kinds = [found["type"] for found in machine.json(command)]
        assert kinds[-1] == command.split()[0] + "_summary" and kinds.count(kinds[-1]) == 1, command


@on("default")
def test_keys_come_in_the_order_of_their_table(machine):
    for command in LISTINGS:
        for found in machine.json(command):
            documented = [key for key in CONTRACT.types[found["type"]] if key in found]
            assert list(found) == documented


@on("default")
def test_the_eight_fields_of_a_message_come_first_and_in_order(machine):
    for message in machine.json("messages"):
        assert list(message)[:len(FIRST_KEYS)] == FIRST_KEYS


@on("default", "one-cpu", "eight-cpus")
def test_counts_have_one_number_for_each_processor(machine):
    for row in machine.json("interrupts"):
        assert len(row["counts"]) == machine.spec.cpus


@on("default")
def test_memory_in_use_is_part_of_the_memory_there_is(machine):
    memory = machine.json("memory")[0]
    assert 0 < memory["used"] < memory["total"] // 2 < 128 << 20


@on("default")
def test_no_line_that_is_not_an_object_begins_with_a_brace(machine):
    for line in machine.boot_lines + machine.command("log") + machine.command("help"):
        assert not line.startswith("{")
