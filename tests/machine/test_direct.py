"""The kernel as QEMU's own BIOS starts it: the same kernel, a record of another loader."""

from support import on


@on("direct")
def test_the_kernel_boots_without_uefi(machine):
    assert any("command line from direct: loglevel=6" in line for line in machine.boot_lines)
    assert any("boot: 2 of 2 processors" in line for line in machine.boot_lines)


@on("direct")
def test_what_it_has_routed_arrives(machine):
    machine.command("selftest")
