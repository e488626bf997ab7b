"""The NVMe disk's image: content that every test can work out for itself."""

import os
import struct
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
