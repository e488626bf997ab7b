"""QEMU's own trace of the same boot: what was written into the MSI-X tables, and what the local APICs were sent."""

import re

import pytest
from support import counts, device_of, functions, messages, on, table_address, wait_for_arrivals

TABLE_WRITE = re.compile(r"memory_region_ops_write cpu \d+ mr \S+ addr 0x([0-9a-f]+) value 0x([0-9a-f]+) size (\d+) name 'msix-table'")
CONFIGURE = re.compile(r"msix_write_config dev (\S+) enabled (\d) masked (\d)")
DELIVER = re.compile(r"apic_deliver_irq dest (\d+) dest_mode (\d+) delivery_mode (\d+) vector (\d+) trigger_mode (\d+)")


def trace_lines(machine, start=0):
    with open(machine.log_path("trace.log"), encoding="utf-8", errors="replace") as file:
        file.seek(start)
        return file.readlines()


def trace_end(machine):
    with open(machine.log_path("trace.log"), "rb") as file:
        return file.seek(0, 2)


def table_writes(machine):
    """(address, value) of every write into an MSI-X table, in order."""
    found = []
    for line in trace_lines(machine):
        match = TABLE_WRITE.search(line)
        if match:
            address, value, size = int(match[1], 16), int(match[2], 16), int(match[3])
            assert size == 4, "an entry is written by aligned double words: %s" % line
            found.append((address, value))
    return found


@on("traced")
def test_the_last_words_written_into_the_tables_are_those_of_the_record(machine):
    last = dict(table_writes(machine))
    devices = functions(machine)
    compared = 0
    for (bdf, index), message in messages(machine).items():
        if message["kind"] != "msix":
            continue
        base = table_address(devices[bdf], index)
        address = last[base] | last.get(base + 4, 0) << 32
        assert address == int(message["message_address"], 16), (bdf, index)
        assert last[base + 8] == int(message["message_data"], 16), (bdf, index)
        assert bool(last[base + 12] & 1) == message["masked"], (bdf, index)
        compared += 1
    assert compared > 10


@on("traced")
def test_no_entry_was_changed_while_it_was_unmasked(machine):
    control, entries = {}, set()
    for address, value in table_writes(machine):
        entry, word = address & ~0xF, address >> 2 & 3
        entries.add(entry)
        if word == 3:
            assert value & ~1 == 0, "only bit 0 of vector control is touched: 0x%x" % value
            control[entry] = value & 1
        else:
            assert control.get(entry, 1), "entry at 0x%x" % entry
    assert len(entries) > 10


@on("traced")
def test_msix_was_enabled_under_the_function_mask_and_then_let_go(machine):
    seen = {}
    for line in trace_lines(machine):
        match = CONFIGURE.search(line)
        if match:
            seen.setdefault(match[1], []).append((int(match[2]), int(match[3])))
    for device in ("nvme", "e1000e", "rocker"):
        enabled = [state for state in seen[device] if state[0]]
        assert enabled[0] == (1, 1), device
        assert enabled[-1] == (1, 0), device


@on("traced")
@pytest.mark.parametrize("driver", ["rocker", "edu", "e1000e"])
def test_what_the_local_apic_is_sent_is_the_records_vector_and_destination(machine, driver):
    bdf = device_of(machine, driver)
    for (_, index), message in messages(machine, bdf).items():
        before, start = counts(machine), trace_end(machine)
        machine.command("fire %s %d" % (bdf, index))
        arrived = wait_for_arrivals(machine, before, (bdf, index), 1)
        sent = [tuple(map(int, match.groups())) for match in map(DELIVER.search, trace_lines(machine, start)) if match]
        wanted = (message["apic_id"], 0, 0, message["vector"], 0)
        assert arrived == {(bdf, index): {message["cpu"]: sent.count(wanted)}}, (bdf, index, sent)
