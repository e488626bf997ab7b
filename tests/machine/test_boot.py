"""Signalbox starts: on boards, from media, with so many processors."""

import os

import places
import pytest
from machine import built
from machines import MACHINES, SMALL
from support import functions, on


@on("default", "one-cpu", "high-memory", "eight-cpus", "pc", "xapic", "deep", "usb")
def test_every_processor_comes_online(machine):
    cpus = machine.json("cpus", "cpu")
    assert [cpu["cpu"] for cpu in cpus] == list(range(machine.spec.cpus))
    assert {cpu["state"] for cpu in cpus} == {"online"}
    assert len({cpu["apic_id"] for cpu in cpus}) == machine.spec.cpus


@on("pc")
def test_a_board_without_ecam_shows_no_extended_capabilities(machine):
    assert all(found["extended_capabilities"] == [] for found in functions(machine).values())


@on("default")
def test_a_board_with_ecam_shows_extended_capabilities(machine):
    assert any(found["extended_capabilities"] for found in functions(machine).values())


@on("default", "pc", "xapic", "one-cpu", "eight-cpus", "high-memory", "deep")
def test_the_self_test_passes(machine):
    found = machine.json("selftest")
    assert found[-1]["type"] == "selftest_summary"
    assert len(found) > 1
    assert any(check["type"] == "selftest" and check["check"] == "log" for check in found), "errors in the log: %s" % found


@on("default", "pc")
def test_the_firmwares_own_console_is_ours_where_no_table_names_one(machine):
    assert [line for line in machine.command("log") if line.endswith("console: ConOut at port 0x3f8")]


def test_a_fat_disk_boots_and_its_configuration_file_is_the_command_line(start):
    box = start(MACHINES["fat"].but("fat", cpus=2, words="maxcpus=1"))
    box.wait_prompt()
    assert len([cpu for cpu in box.json("cpus", "cpu") if cpu["state"] == "online"]) == 1


@pytest.mark.skipif(not os.path.exists(places.files("u-boot")[0]), reason="this system has no U-Boot for QEMU")
def test_u_boot_which_leaves_sse_off_and_passes_words_of_its_own_boots_it(start):
    box = start(SMALL.but("uboot", boot="uboot", words="maxcpus=1"))
    box.wait_prompt()
    # Its load options are for some Linux.
    [words] = [line for line in box.boot_lines if "command line from" in line]
    assert "command line from signalbox.cfg, load options: maxcpus=1 root=" in words
    assert box.json("selftest")[-1]["failed"] == 0


def test_the_command_line_of_fw_cfg_comes_before_the_load_options(start):
    option = ("-fw_cfg", "name=opt/org.signalbox/cmdline,string=maxcpus=2")
    box = start(SMALL.but("fw-cfg", cpus=4, words="maxcpus=1", options=option))
    box.wait_prompt()
    assert len([cpu for cpu in box.json("cpus", "cpu") if cpu["state"] == "online"]) == 2


@pytest.mark.parametrize("model", ["qemu64", "max,-monitor"])
def test_a_single_processor_boots_without_any_device(start, model):
    box = start(SMALL.but("bare", cpu=model, devices=()))
    box.wait_prompt()
    assert len(box.json("cpus", "cpu")) == 1


def test_a_damaged_file_says_so_instead_of_starting(start, tmp_path):
    with open(built("BOOTX64.EFI"), "rb") as file, open(built("boot/kernel.gz"), "rb") as kernel:
        content, packed = file.read(), kernel.read()
    checksum = content.index(packed) + len(packed) - 8
    damaged = tmp_path / "damaged.efi"
    damaged.write_bytes(content[:checksum] + bytes([content[checksum] ^ 1]) + content[checksum + 1:])
    box = start(SMALL.but("damaged", boot="options", options=("-kernel", str(damaged))))
    box.expect("^signalbox: kernel: this file is damaged: the kernel's CRC-32 is 0x[0-9a-f]{8} instead of 0x[0-9a-f]{8} "
               r"\(CRC Error\)", box.spec.timeout)
    assert "signalbox: enter" not in box.transcript


@pytest.mark.parametrize("image", ["signalbox.img", "signalbox.iso"])
def test_a_bios_that_starts_the_stick_is_told_that_uefi_is_needed(start, image):
    stick = ("-machine", "graphics=off", "-drive", "if=none,id=stick,format=raw,snapshot=on,file=" + built(image),
             "-device", "ide-hd,drive=stick,bus=ide.0,bootindex=0")
    box = start(SMALL.but("bios", boot="bios", devices=(), options=stick))
    box.expect("^Signalbox needs UEFI firmware, and this PC started it by its BIOS.", 60)
    box.expect("A key starts again.", 10)
    box.send(b" ")
    assert box.wait_exit(60) == 0  # QEMU ends where the machine starts again


def menu(start, *keys):
    """Boots from the FAT disk, opens the loader's menu and types these keys; answers the machine."""
    box = start(MACHINES["fat"].but("menu", words="loglevel=1"))
    box.expect("a key within 3 seconds opens it", box.spec.timeout)
    box.send(b" ")
    box.expect("Enter starts as it is", 60)
    for key in keys:
        box.send(key)
    return box


def test_the_loaders_menu_runs_the_self_test(start):
    box = menu(start, b"2")
    box.expect(r"selftest: \d+ passed, 0 failed", box.spec.timeout)


def test_the_loaders_menu_edits_the_command_line(start):
    box = menu(start, b"5")
    box.expect("words: loglevel=1", 60)
    for key in b"\b3 polixy=all\b\b\b\b\b\bcy=all\r":
        box.send(bytes([key]))
        box.expect(".", 10)
    box.wait_prompt()
    assert any("command line from signalbox.cfg: loglevel=3 policy=all" in line for line in box.command("log"))


def test_a_menu_that_nobody_opens_costs_three_seconds_and_changes_nothing(start):
    box = start(MACHINES["fat"].but("menu", words="loglevel=3"))
    box.wait_prompt()
    assert any("command line from signalbox.cfg: loglevel=3" in line for line in box.boot_lines)
