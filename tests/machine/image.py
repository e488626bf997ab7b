"""What machines are given as files: the NVMe disk's image, whose content every test can work out for itself, and the FAT
volumes that the firmware starts programs from."""

import os
import shutil
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


def volume(directory, files):
    """A FAT disk of these files: path on it -> its bytes, or the file that is copied there."""
    path, root = os.path.join(directory, "volume.img"), os.path.join(directory, "volume")
    for name, content in files.items():
        place = os.path.join(root, name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if isinstance(content, bytes):
            with open(place, "wb") as file:
                file.write(content)
        else:
            shutil.copyfile(content, place)
    tops = [os.path.join(root, name) for name in os.listdir(root)]
    for command in (["mformat", "-C", "-i", path, "-T", "65536", "::"], ["mcopy", "-s", "-i", path, *tops, "::"]):
        subprocess.run(command, check=True, timeout=300)
    return path


def script(lines, program):
    """What the firmware's shell runs by itself: the lines, then a program of the volume's root."""
    return "\r\n".join(["@echo -off", *lines, "fs0:\\" + program, ""]).encode()


def tables(instead, beside):
    """Files of a volume from which tables.efi installs ACPI tables."""
    return {"%s/%d" % (name, number): whole for name, wholes in (("instead", instead), ("beside", beside))
            for number, whole in enumerate(wholes)}
