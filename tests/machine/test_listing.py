"""The products themselves: the interrupt stubs' length, the size of the one file, and that it is made the same twice."""

import os
import re
import shutil
import subprocess
import sys

from machine import BUILD, ROOT, built

INSTRUCTIONS_TO_CALL = 15
INSTRUCTIONS_IN_ALL = 30
EFI_SIZE = 512 * 1024


def stubs(mode):
    """name -> instructions of every interrupt stub of a local APIC mode, in the linked kernel."""
    text = subprocess.run([(os.environ.get("CROSS_COMPILE") or "x86_64-linux-gnu-") + "objdump", "-d", "-M", "intel",
                           "--no-show-raw-insn", built("kernel.elf")], check=True, capture_output=True, text=True).stdout
    found = {}
    for block in re.split(r"\n(?=[0-9a-f]+ <)", text):
        name = re.match(r"[0-9a-f]+ <(interrupt_stub_%s_\d+)>:" % mode, block)
        if name:
            body = [line.split("\t")[1].split()[0] for line in block.splitlines()[1:] if "\t" in line]
            end = next(index for index, instruction in enumerate(body) if instruction.startswith("iret"))
            found[name[1]] = body[:end + 1]
    return found


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


def test_the_one_file_is_small():
    assert os.path.getsize(built("BOOTX64.EFI")) <= EFI_SIZE


def test_the_products_are_the_same_byte_for_byte_when_built_again():
    again = os.path.join(BUILD, "again")
    shutil.rmtree(again, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    subprocess.run(["make", "-s", "BUILD=" + again, "all"], cwd=ROOT, check=True, timeout=300, env=environment,
                   stdout=sys.stderr)
    for product in ("BOOTX64.EFI", "signalbox.img"):
        with open(built(product), "rb") as first, open(os.path.join(again, product), "rb") as second:
            assert first.read() == second.read(), product
