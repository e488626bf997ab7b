"""Memory above 4 GiB: the kernel lives there, and devices reach it."""

import re
import zlib

import image
from support import bar_address, device_of, functions, on
from test_prove import prove

HIGH = 1 << 32
ADMIN_SUBMISSION, ADMIN_COMPLETION = 0x28, 0x30  # registers of an NVMe controller


@on("high-memory")
def test_page_tables_and_stacks_are_there(machine):
    state = machine.monitor("info registers -a")
    tables, stacks = ([int(found, 16) for found in re.findall(pattern, state)] for pattern in (r"CR3=([0-9a-f]+)", r"RSP=([0-9a-f]+)"))
    assert len(tables) == machine.spec.cpus and min(tables) >= HIGH
    where = [int(machine.monitor("gva2gpa 0x%x" % stack).split()[1], 16) for stack in stacks[:1]]
    assert min(where) >= HIGH


@on("high-memory")
def test_a_disk_has_its_queues_and_its_buffers_there(machine):
    bdf = device_of(machine, "nvme")
    registers = bar_address(functions(machine)[bdf], 0)
    for queue in (ADMIN_SUBMISSION, ADMIN_COMPLETION):
        low, high = machine.read_memory(registers + queue, 2)
        assert high << 32 | low >= HIGH
    for number in (0, 1, image.BLOCK_COUNT - 1):
        block, = machine.json("read %s %d" % (bdf, number))
        assert int(block["crc32"], 16) == zlib.crc32(image.block(number))


@on("high-memory")
def test_a_captured_message_is_written_there_unless_its_address_has_32_bits(machine):
    found, = machine.json("capture %s 0" % device_of(machine, "rocker"))
    assert int(found["address"], 16) >= HIGH and found["verdict"] == "pass"
    found, = machine.json("capture %s 0" % device_of(machine, "edu"))
    assert int(found["address"], 16) < HIGH and found["verdict"] == "pass"


@on("high-memory")
def test_nothing_is_lost_while_messages_move(machine):
    _, summary = prove(machine, "shots=3000 moves=300 offline=2")
    assert summary["sent"] == 3000 and summary["moves"] >= 300
