"""What others are given: the same files on the image and on the ISO, sums that hold, and an ISO that starts either way."""

import glob
import os
import re
import struct
import subprocess
import uuid

import pytest
from machine import BUILD, ROOT, built
from machines import SMALL

DIST = os.path.join(BUILD, "dist")
SYSTEM_PARTITION = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
ON_VOLUME = {"EFI/BOOT/BOOTX64.EFI": "BOOTX64.EFI", "EFI/BOOT/signalbox.cfg": os.path.join(ROOT, "boot", "signalbox.cfg"),
             "README.TXT": "README.TXT"}


def given(pattern):
    path, = glob.glob(os.path.join(DIST, pattern))
    return path


def content(path):
    with open(path, "rb") as file:
        return file.read()


def expected(name):
    return content(os.path.join(DIST, ON_VOLUME[name]))


def system_partition(path):
    """Where, in bytes, the EFI system partition of a disk begins."""
    data = content(path)
    assert data[512:520] == b"EFI PART"
    table, = struct.unpack_from("<Q", data, 512 + 72)
    count, size = struct.unpack_from("<II", data, 512 + 80)
    entries = [data[at:at + size] for at in range(512 * table, 512 * table + count * size, size)]
    first, = [struct.unpack_from("<Q", entry, 32)[0] for entry in entries if uuid.UUID(bytes_le=entry[:16]) == SYSTEM_PARTITION]
    return 512 * first


def boot_volume(path):
    """Where, in bytes, the volume begins that a CD's El Torito record has for UEFI."""
    data = content(path)
    catalogue = 2048 * struct.unpack_from("<I", data, 17 * 2048 + 0x47)[0]
    platform, = data[catalogue + 1:catalogue + 2]
    bootable, count, block = struct.unpack_from("<B5xHI", data, catalogue + 32)
    assert platform == 0xef and bootable == 0x88 and count > 1
    return 2048 * block


def read_from(path, offset, name):
    return subprocess.run(["mcopy", "-n", "-i", "%s@@%d" % (path, offset), "::" + name, "-"], check=True, capture_output=True).stdout


@pytest.mark.parametrize("name", ON_VOLUME)
@pytest.mark.parametrize("pattern,where", [("signalbox-*.img", system_partition), ("signalbox-*.iso", system_partition),
                                           ("signalbox-*.iso", boot_volume)], ids=["img", "iso as a disk", "iso as a CD"])
def test_the_volume_that_is_booted_has_the_program_its_settings_and_the_page(pattern, where, name):
    assert read_from(given(pattern), where(given(pattern)), name) == expected(name)


def test_whoever_opens_the_cd_finds_the_same_files(tmp_path):
    subprocess.run(["xorriso", "-no_rc", "-osirrox", "on", "-indev", given("signalbox-*.iso"), "-extract", "/", str(tmp_path / "cd")],
                   check=True, capture_output=True)
    for name in ON_VOLUME:
        assert content(tmp_path / "cd" / name) == expected(name)


def test_the_page_names_the_version_and_its_lines_end_as_dos_ends_them():
    page = content(given("README.TXT"))
    assert page.count(b"\n") == page.count(b"\r\n") > 20 and b"@" not in page and page.isascii()
    assert max(map(len, page.splitlines())) < 80
    assert re.search(rb"^Signalbox [0-9.]+, [^\r]+", page, re.MULTILINE)[0] in content(given("BOOTX64.EFI"))


def test_the_sums_hold_and_name_every_file():
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=DIST, check=True, capture_output=True, text=True)
    assert sorted(line.split(": ")[0] for line in done.stdout.splitlines()) == sorted(set(os.listdir(DIST)) - {"SHA256SUMS"})


@pytest.mark.parametrize("script,pattern", [("image.sh", "signalbox-*.img"), ("iso.sh", "signalbox-*.iso")])
def test_neither_the_files_dates_nor_todays_are_in_a_product(tmp_path, script, pattern):
    inputs = []
    for number, name in enumerate(ON_VOLUME):
        inputs.append(tmp_path / str(number))
        inputs[-1].write_bytes(expected(name))
        os.utime(inputs[-1], (10**9 + number, 10**9 + number))
    subprocess.run([os.path.join("boot", script), *map(str, inputs), built("boot/needs_uefi.bin"), str(tmp_path / "made")], cwd=ROOT, check=True)
    assert content(tmp_path / "made") == content(given(pattern))


def report_on(box):
    """The report that the loader left on the stick, which is a private copy."""
    path = os.path.join(box.private.name, "signalbox.iso")
    return read_from(path, system_partition(path), "signalbox.txt").decode("ascii").splitlines()


def test_the_iso_boots_from_a_stick_and_the_report_on_it_names_the_version(start):
    box = start(SMALL.but("usb-iso", boot="usb-iso"))
    box.wait_prompt()
    text = box.json("version")[0]["text"]
    lines = report_on(box)
    assert lines[1] == "version: " + text and "command line from: signalbox.cfg" in lines


def test_the_iso_boots_as_a_cd(start):
    box = start(SMALL.but("cd", boot="cd"))
    box.wait_prompt()
    assert re.search("^signalbox: report: no signalbox.txt: cannot write the volume", box.transcript, re.MULTILINE)
    assert "command line from signalbox.cfg: " in box.transcript
