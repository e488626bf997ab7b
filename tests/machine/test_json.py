"""The console contract: every line of a listing is one object with the keys and types INTERFACE names."""

import json
import re

import pytest
from support import on


class Hex:
    """"0x..." in lower case, of at least so many digits."""

    def __init__(self, digits=1):
        self.pattern = re.compile(r"0x[0-9a-f]{%d,}" % digits)

    def __call__(self, value):
        return isinstance(value, str) and self.pattern.fullmatch(value) is not None


class Maybe:
    """null, or what is named."""

    def __init__(self, wanted):
        self.wanted = wanted

    def __call__(self, value):
        return value is None or matches(value, self.wanted)


def bdf(value):
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", value) is not None


def one_of(*values):
    return lambda value: value in values


def matches(value, wanted):
    """Does a value have this shape? A list stands for any number of its one element, a type for itself."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(key in value and matches(value[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(value, list) and all(matches(item, wanted[0]) for item in value)
    if isinstance(wanted, type):
        return isinstance(value, wanted) and not (wanted is int and (isinstance(value, bool) or value < 0))
    return wanted(value)


BAR = {"index": int, "kind": one_of("mem32", "mem64", "io"), "address": Hex(), "size": Hex(), "prefetchable": bool}
CONTRACT = {
    "function": {
        "bdf": bdf, "vendor": Hex(4), "device": Hex(4), "class": Hex(6), "revision": Hex(2), "header": int,
        "subsystem_vendor": Hex(4), "subsystem_device": Hex(4), "command": Hex(4), "interrupt_pin": int, "driver": Maybe(str),
        "bars": [BAR], "capabilities": [{"id": Hex(2), "offset": Hex(2)}],
        "extended_capabilities": [{"id": Hex(4), "offset": Hex(3)}],
        "msi": Maybe({"offset": Hex(2), "maximum": int, "is_64bit": bool, "maskable": bool, "enabled": bool}),
        "msix": Maybe({"offset": Hex(2), "table_size": int, "table_bar": int, "table_offset": Hex(), "pba_bar": int,
                       "pba_offset": Hex(), "enabled": bool, "function_masked": bool}),
        "bridge": Maybe({"primary": int, "secondary": int, "subordinate": int})},
    "message": {
        "bdf": bdf, "index": int, "message_address": Hex(8), "target_processor_set": {"group": int, "mask": Hex(16)},
        "interrupt_object": Hex(16), "message_data": Hex(8), "vector": int, "irql": int,
        "mode": one_of("latched", "level_sensitive"), "polarity": one_of("active_high", "active_low"),
        "kind": one_of("msix", "msi", "line"), "driver": Maybe(str), "cpu": int, "apic_id": int, "remap_index": Maybe(int),
        "masked": bool, "count": int, "irq": int},
    "cpu": {"cpu": int, "apic_id": int, "state": str, "apic_mode": one_of("xapic", "x2apic"), "group": int, "number": int,
            "node": int, "vectors_free": int, "vectors_allocated": int, "vectors_draining": int, "interrupts": int},
    "interrupt": {"bdf": bdf, "index": int, "driver": Maybe(str), "counts": [int]},
    "system": {"name": str, "counts": [int]},
    "vectors": {"cpu": int, "free": int, "allocated": int, "reserved": int, "draining": int},
    "vectors_summary": {"free": int, "allocated": int},
    "firmware": {"item": str, "where": str, "value": Hex()},
    "memory_summary": {"total": int, "used": int},
    "firmware_summary": {"findings": int, "dropped": int},
    "audit": {"bdf": Maybe(bdf), "index": Maybe(int), "field": str, "expected": str, "found": str, "where": str},
    "capture": {"bdf": bdf, "index": int, "address": Hex(8), "written": bool, "data": Maybe(Hex(8)), "expected": Hex(8),
                "bytes": int, "restored": bool, "verdict": one_of("pass", "fail")},
    "probe": {"bdf": bdf, "first": int, "last": int, "address_bits": Hex(16), "data_bits": Hex(8), "mask": Maybe(bool),
              "vendor": Hex(8), "same_as": Maybe(int)},
    "probe_warning": {"text": str},
    "probe_summary": {"bdf": bdf, "kind": one_of("msix", "msi"), "capacity": int, "granted": int, "mask_bits": Hex(8),
                      "beyond": int, "mirrored": int, "pending": int, "warnings": int, "restored": bool},
    "why": {"bdf": bdf, "index": int, "links": [{"name": str, "ok": bool, "detail": str}], "broken": Maybe(str), "verdict": str},
    "audit_summary": {"messages": int, "checks": int, "drifts": int},
    "selftest": {"check": str, "ok": bool, "detail": str},
    "selftest_summary": {"passed": int, "failed": int},
}
FIRST_KEYS = ["type", "bdf", "index", "message_address", "target_processor_set", "interrupt_object", "message_data", "vector",
              "irql", "mode", "polarity"]
LISTINGS = {"pci": {"function"}, "messages": {"message"}, "cpus": {"cpu"}, "interrupts": {"interrupt", "system"},
            "vectors": {"vectors", "vectors_summary"}, "firmware": {"firmware", "firmware_summary"},
            "memory": {"memory_summary"}, "selftest": {"selftest", "selftest_summary"}, "audit": {"audit_summary"}}


@on("default", "deep", "pc")
@pytest.mark.parametrize("command", sorted(LISTINGS))
def test_every_line_is_an_object_of_the_contract(machine, command):
    lines = machine.command(command + " --json", timeout=120)
    found = [json.loads(line) for line in lines]
    assert {each["type"] for each in found} == LISTINGS[command]
    for each in found:
        assert matches(each, CONTRACT[each["type"]]), each


@on("default")
def test_the_eight_fields_of_a_message_come_first_and_in_order(machine):
    for message in machine.json("messages"):
        assert list(message)[:len(FIRST_KEYS)] == FIRST_KEYS


@on("default")
@pytest.mark.parametrize("command", ["vectors", "firmware", "selftest"])
def test_a_listing_ends_with_its_summary(machine, command):
    assert machine.json(command, timeout=120)[-1]["type"] == command + "_summary"


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


@on("default")
@pytest.mark.parametrize("command", ["help", "version", "log"])
def test_commands_that_list_nothing_to_route_take_the_option_too(machine, command):
    assert all(json.loads(line)["type"] for line in machine.command(command + " --json"))
