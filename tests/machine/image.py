"""What machines are given as files: the NVMe disk's image, whose content every test can work out for itself, a disk for the
firmware's shell, ACPI tables."""

import os
import struct
import subprocess
import tempfile

BLOCK_SIZE = 4096
BLOCK_COUNT = 4096
MAGIC = b"SIGNALBX"
_MULTIPLIER = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def block(number):
    """The bytes of one 4 KiB block: no two words of the image are alike."""
    words = [((number << 32 | index) * _MULTIPLIER) & _MASK for index in range(BLOCK_SIZE // 8)]
    content = struct.pack("<%dQ" % len(words), *words)
    return MAGIC + content[len(MAGIC):] if number == 0 else content


def create(path):
    """Makes the image unless it is there; a half-made one is never seen under its name."""
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), prefix="disk-", delete=False) as file:
        for number in range(BLOCK_COUNT):
            file.write(block(number))
    os.replace(file.name, path)


def shell_disk(directory, lines, program):
    """A FAT disk that nothing boots by itself: the firmware's shell runs the lines, then starts the program."""
    path, script = (os.path.join(directory, name) for name in ("shell.img", "startup.nsh"))
    with open(script, "w", encoding="ascii", newline="\r\n") as file:
        file.write("\n".join(["@echo -off", *lines, "fs0:\\signalbox.efi", ""]))
    for command in (["mformat", "-C", "-i", path, "-T", "65536", "::"], ["mcopy", "-i", path, script, "::startup.nsh"],
                    ["mcopy", "-i", path, program, "::signalbox.efi"]):
        subprocess.run(command, check=True, timeout=30)
    return path


def tables(directory, wanted):
    """QEMU's arguments for further ACPI tables: what -acpitable wants to know, and the bytes after the header, of each."""
    line = []
    for number, (options, data) in enumerate(wanted):
        path = os.path.join(directory, "table%d" % number)
        with open(path, "wb") as file:
            file.write(data)
        line += ["-acpitable", "%s,data=%s" % (options, path)]
    return line
