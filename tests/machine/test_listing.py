"""The products themselves: the interrupt stubs' length, the size of the one file, and that it is made the same twice."""

import functools
import os
import re
import shutil
import subprocess
import sys

import pytest

import places
from machine import BUILD, ROOT, built

INSTRUCTIONS_TO_CALL = 15
INSTRUCTIONS_IN_ALL = 30
INSTRUCTIONS_OF_TRACING = 24
EFI_SIZE = 640 * 1024


@functools.lru_cache(maxsize=None)
def functions():
    """name -> its instructions, of everything in the linked kernel that has a name."""
    text = subprocess.run([places.cross() + "objdump", "-d", "-M", "intel",
                           "--no-show-raw-insn", built("kernel.elf")], check=True, capture_output=True, text=True).stdout
    found = {}
    for block in re.split(r"\n(?=[0-9a-f]+ <)", text):
        name = re.match(r"[0-9a-f]+ <(\w+)>:", block)
        if name:
            found[name[1]] = [" ".join(line.split("\t")[1].split()) for line in block.splitlines()[1:] if "\t" in line]
    return found


def way(name):
    """The mnemonics of a stub up to its return."""
    body = [instruction.split()[0] for instruction in functions()[name]]
    return body[:next(index for index, mnemonic in enumerate(body) if mnemonic.startswith("iret")) + 1]


def stubs(mode):
    """name -> mnemonics of every plain interrupt stub of a local APIC mode."""
    return {name: way(name) for name in functions() if re.fullmatch(r"interrupt_stub_%s_\d+" % mode, name)}


def traced_stubs(mode):
    """vector -> instructions of every traced stub of a mode, before the way they share."""
    body = [instruction for instruction in functions()["interrupt_traced_stubs_%s" % mode] if instruction != "int3"]
    length = body.index(next(instruction for instruction in body if instruction.startswith("jmp"))) + 1
    return {32 + index // length: body[index:index + length] for index in range(0, len(body), length)}


def test_an_xapic_stub_calls_within_fifteen_instructions_and_ends_within_thirty():
    found = stubs("xapic")
    assert len(found) == 224
    for name, body in found.items():
        assert body.index("call") + 1 <= INSTRUCTIONS_TO_CALL, name
        assert len(body) <= INSTRUCTIONS_IN_ALL, name


def test_an_x2apic_stub_is_at_most_three_instructions_longer():
    xapic, x2apic = stubs("xapic"), stubs("x2apic")
    assert len(x2apic) == len(xapic)
    assert max(map(len, x2apic.values())) <= max(map(len, xapic.values())) + 3


def test_a_stub_calls_once_and_jumps_nowhere():
    for name, body in {**stubs("xapic"), **stubs("x2apic")}.items():
        assert body.count("call") == 1, name
        assert not any(instruction.startswith(("j", "loop", "lock")) for instruction in body), name


def test_a_plain_stub_has_no_instruction_for_tracing():
    ends = {"xapic": ["mov"], "x2apic": ["mov", "xor", "xor", "wrmsr"]}
    for mode, end in ends.items():
        for name, body in stubs(mode).items():
            assert body == ["push"] * 9 + ["mov", "inc", "sti", "call", "cli", *end] + ["pop"] * 9 + ["iretq"], name


@pytest.mark.parametrize("mode", ["xapic", "x2apic"])
def test_tracing_both_ends_adds_at_most_twenty_four_instructions(mode):
    shared = way("interrupt_traced_" + mode)
    assert shared.count("call") == 1 and not any(mnemonic.startswith(("j", "loop", "lock")) for mnemonic in shared)
    found = traced_stubs(mode)
    assert sorted(found) == list(range(32, 256))
    plain = stubs(mode)
    for vector, body in found.items():
        assert [instruction.split()[0] for instruction in body] == ["push", "mov", "jmp"], vector
        assert body[1] == "mov eax,0x%x" % (vector * 16)
        assert body[2].endswith("<interrupt_traced_%s>" % mode), vector
        assert len(body) + len(shared) - len(plain["interrupt_stub_%s_%d" % (mode, vector)]) <= INSTRUCTIONS_OF_TRACING


def test_what_may_not_be_in_service_is_not_ended_by_its_stub():
    assert [instruction.split()[0] for instruction in functions()["interrupt_stub_spurious"][:3]] == ["push", "mov", "jmp"]
    assert way("interrupt_checked") == ["push"] * 8 + ["mov", "call"] + ["pop"] * 9 + ["iretq"]


def test_the_one_file_is_small():
    assert os.path.getsize(built("BOOTX64.EFI")) <= EFI_SIZE


def test_the_products_are_the_same_byte_for_byte_when_built_again():
    again = os.path.join(BUILD, "again")
    shutil.rmtree(again, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    subprocess.run(["make", "-s", "BUILD=" + again, again + "/dist/SHA256SUMS"], cwd=ROOT, check=True, timeout=600, env=environment,
                   stdout=sys.stderr)
    with open(built("version_build.h"), encoding="utf-8") as first, open(again + "/version_build.h", encoding="utf-8") as second:
        assert first.read() == second.read(), "the tree was changed or committed between the two builds: they are not of one source"
    with open(built("dist/SHA256SUMS"), encoding="ascii") as first, open(again + "/dist/SHA256SUMS", encoding="ascii") as second:
        sums = first.readlines()
        assert sums == second.readlines() and len(sums) == 5
