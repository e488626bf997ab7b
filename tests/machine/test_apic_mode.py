"""Which mode the local APICs run in, and why: what the firmware left, asks for, and what the command line says."""

import pytest
from machines import SMALL
from support import on


def mode_of(box):
    found = {(cpu["apic_mode"], cpu["apic_mode_reason"]) for cpu in box.json("cpus", "cpu")}
    assert len(found) == 1
    mode, reason = found.pop()
    assert "; %s: %s" % (mode, reason) in box.command("cpus")[0]
    assert "%s: %s" % (mode, reason) in [row["where"] for row in box.json("firmware", "firmware") if row["item"] == "apic_mode"]
    return mode, reason


@on("default", "pc", "xapic")
def test_the_mode_comes_with_its_reason(machine):
    assert mode_of(machine) == (("xapic", "the processor has no x2APIC mode") if machine.spec.cpu == "qemu64" else
                                ("x2apic", "under a hypervisor"))


@on("forbidding-tables")
def test_a_dmar_that_opts_out_keeps_xapic_mode_under_a_hypervisor(machine):
    assert mode_of(machine) == ("xapic", "the firmware's DMAR opts out of x2APIC")


@pytest.mark.parametrize("words,mode", [("", ("xapic", "the firmware left it so")), ("x2apic", ("x2apic", "x2apic on the command line"))])
def test_without_a_hypervisor_x2apic_is_switched_on_only_when_asked(start, words, mode):
    box = start(SMALL.but("no-hypervisor", cpu="max,-monitor,-hypervisor", words=words))
    box.wait_prompt()
    assert mode_of(box) == mode
