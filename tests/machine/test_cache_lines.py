"""Which memory one interrupt touches, read off the linked listing: as few cache lines as there can be, and of those that are
written none is another processor's.

    what                            lines   written   whose
    gate of the IDT, 16 bytes       1       -         this processor's (arch/processor.h)
    code segment's descriptor       1       -         this processor's
    stub, 64 bytes                  1       -         everybody's, never written
    slot, 16 bytes                  1       1         this processor's
    interrupt object, its routine   1       -         everybody's, never written once it is published
    stack, 120 bytes                2 or 3  2 or 3    this processor's

The end of interrupt is a store to the processor's own local APIC, no memory. What the service routine touches is its own.
"""

import re
import subprocess

import pytest
from machine import built
from test_listing import functions

LINE = 64
VECTORS, SLOT_SIZE = 256, 16
PUSHED_BY_PROCESSOR = 5 * 8  # SS, RSP, RFLAGS, CS, RIP
LOCAL_APIC_EOI = "0xffffffffffe000b0"
# Instructions that touch no memory but by an operand that is looked at; `pop` and `iretq` read what was pushed.
WITHOUT_STORE = ("sti", "cli", "pop", "iretq", "wrmsr", "xor", "int3")


def symbols():
    """name -> (address, size) of the linked kernel."""
    text = subprocess.run(["nm", "-S", built("kernel.elf")], check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in text.splitlines()]
    return {line[-1]: (int(line[0], 16), int(line[1], 16)) for line in lines if len(line) == 4}


def addresses():
    text = subprocess.run(["nm", built("kernel.elf")], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1]: int(line.split()[0], 16) for line in text.splitlines()}


def touched(name):
    """What a stub reads and writes: slot bytes, stack bytes, whether it reads the object, and what should not be there."""
    slot, written, other, stack, calls = set(), set(), [], PUSHED_BY_PROCESSOR, 0
    for instruction in functions()[name]:
        mnemonic, _, operands = instruction.partition(" ")
        gs = re.search(r"QWORD PTR gs:(0x[0-9a-f]+)", operands)
        if mnemonic == "push":
            stack += 8
        elif mnemonic == "call" and operands == "QWORD PTR [rdi]":
            stack, calls = stack + 8, calls + 1
        elif gs and (mnemonic == "inc" or operands.startswith("rdi,")):
            slot.update(range(int(gs[1], 16), int(gs[1], 16) + 8))
            written.update(range(int(gs[1], 16), int(gs[1], 16) + 8) if mnemonic == "inc" else ())
        elif mnemonic not in WITHOUT_STORE and not (mnemonic == "mov" and operands in ("ecx,0x80b", "DWORD PTR ds:%s,0x0" % LOCAL_APIC_EOI)):
            other.append(instruction)
        if mnemonic == "iretq":
            break
    return slot, written, stack, calls, other


def stub_names(mode):
    return ["interrupt_stub_%s_%d" % (mode, vector) for vector in range(32, VECTORS)]


@pytest.mark.parametrize("mode", ["xapic", "x2apic"])
def test_a_stub_touches_its_slot_the_object_and_the_stack_and_nothing_else(mode):
    for vector, name in enumerate(stub_names(mode), start=32):
        slot, written, stack, calls, other = touched(name)
        assert other == [], name
        assert slot == set(range(vector * SLOT_SIZE, (vector + 1) * SLOT_SIZE)), name
        assert written <= slot and len(written) == 8 and calls == 1, name
        assert stack == 120, name


@pytest.mark.parametrize("mode", ["xapic", "x2apic"])
def test_a_stub_and_its_slot_are_one_line_each(mode):
    found = addresses()
    for vector, name in enumerate(stub_names(mode), start=32):
        assert found[name] % LINE == 0, name
        assert vector * SLOT_SIZE // LINE == ((vector + 1) * SLOT_SIZE - 1) // LINE


def test_no_two_processors_share_a_line_of_their_records():
    # Further records are whole pages of the heap: they are larger than the largest object it puts beside others.
    address, size = symbols()["boot_processor"]
    assert address % LINE == 0 and size % LINE == 0
    assert size > 4096
    with open(built("arch/offsets.inc"), encoding="ascii") as file:
        offsets = dict(line.split()[1:] for line in file)
    assert int(offsets["PROCESSOR_SLOTS"]) % LINE == 0 and int(offsets["SLOT_SIZE"]) == SLOT_SIZE


def test_an_interrupt_touches_eight_lines_at_most_and_writes_four_of_its_own():
    _, _, stack, _, _ = touched("interrupt_stub_xapic_80")
    # The processor aligns the stack to 16 before it pushes, so 120 bytes begin 0, 16, 32 or 48 bytes below a line's end.
    on_stack = max(len({(end - byte) // LINE for byte in range(1, stack + 1)}) for end in range(1024, 1024 + LINE, 16))
    gate, descriptor, stub, slot, thing = 1, 1, 1, 1, 1
    assert on_stack == 3
    assert gate + descriptor + stub + slot + thing + on_stack == 8
    assert slot + on_stack == 4
