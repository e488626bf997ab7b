"""What stands on a machine's screen, read back from a screendump by the fonts it is drawn in."""

import functools
import os
import struct

from board import built

FONTS = ("8x16", "12x24", "16x32")
PAPER = (0x12, 0x16, 0x1C)
UNREADABLE = "\x7f"


def _glyphs(name):
    """character -> rows of bits, leftmost first, from a PSF file of version 1 or 2 with its Unicode table."""
    with open(built("drivers/screen/font-%s.psf" % name), "rb") as file:
        data = file.read()
    if data[:2] == b"\x36\x04":
        count, height, width, start = 512 if data[2] & 1 else 256, data[3], 8, 4
        runs = [part.split(b"\xfe\xff")[0].decode("utf-16le") for part in _units(data[start + count * height:])]
    else:
        start, _, count, _, height, width = struct.unpack_from("<6I", data, 8)
        runs = [part.split(b"\xfe")[0].decode("utf-8", "replace") for part in data[start + count * height * ((width + 7) // 8):].split(b"\xff")]
    size = (width + 7) // 8
    found = {}
    for number, run in enumerate(runs[:count]):
        rows = [int.from_bytes(data[at:at + size], "big") for at in
                range(start + number * height * size, start + (number + 1) * height * size, size)]
        for character in run:
            if " " <= character <= "~":
                found[character] = [bytes(row >> (size * 8 - 1 - x) & 1 for x in range(width)) for row in rows]
    return found, width, height


def _units(table):
    """The runs of a version 1 table, which ends each with 0xffff."""
    run, runs = b"", []
    for at in range(0, len(table) - 1, 2):
        if table[at:at + 2] == b"\xff\xff":
            runs.append(run)
            run = b""
        else:
            run += table[at:at + 2]
    return runs


@functools.lru_cache
def _fonts():
    return [Font(name, times) for times in (1, 2, 4) for name in FONTS]


def _enlarged(rows, times):
    return b"".join(bytes(bit for bit in row for _ in range(times)) * times for row in rows)


class Font:
    """A font at one of its sizes on the screen."""

    def __init__(self, name, times):
        glyphs, width, height = _glyphs(name)
        self.width, self.height = width * times, height * times
        self.characters = {}
        for character, rows in glyphs.items():
            cell = _enlarged(rows, times)
            self.characters[cell] = (character, False)
            self.characters.setdefault(bytes(1 - bit for bit in cell), (character, True))


class Screen:
    """One screendump: its rows of text. The font is the largest that leaves 100 columns and 30 rows, as in
    drivers/screen/font_choice.h."""

    def __init__(self, path):
        with open(path, "rb") as file:
            _, size, _, body = file.read().split(b"\n", 3)
        self.width, self.height = (int(number) for number in size.split())
        self.body = body
        paper = bytes(PAPER)
        # A pixel is paper when all three of its colours are.
        planes = [body[colour::3].translate(bytes(value != paper[colour] for value in range(256))) for colour in range(3)]
        merged = int.from_bytes(planes[0], "big") | int.from_bytes(planes[1], "big") | int.from_bytes(planes[2], "big")
        self.pixels = merged.to_bytes(self.width * self.height, "big")
        self.font = max((font for font in _fonts() if self.width // font.width >= 100 and self.height // font.height >= 30),
                        key=lambda font: font.height, default=_fonts()[0])
        self.rows = [self._row(self.font, row, self.width // self.font.width) for row in range(self.height // self.font.height)]

    def cell(self, font, column, row):
        start = row * font.height * self.width + column * font.width
        return b"".join(self.pixels[at:at + font.width] for at in
                        range(start, start + font.height * self.width, self.width))

    def _row(self, font, row, columns):
        return "".join(font.characters.get(self.cell(font, column, row), (UNREADABLE, False))[0] for column in range(columns))

    def inverse(self):
        """(column, row) of every inverse cell: the cursor, and what is drawn as a bar."""
        return [(column, row) for row in range(self.height // self.font.height) for column in range(self.width // self.font.width)
                if self.font.characters.get(self.cell(self.font, column, row), ("", False))[1]]

    def big(self):
        """The lines in double size."""
        double = Font.__new__(Font)
        double.width, double.height = 2 * self.font.width, 2 * self.font.height
        double.characters = {_doubled(cell, self.font.width): found for cell, found in self.font.characters.items()}
        lines = []
        for row in range(self.height // self.font.height - 1):
            start = row * self.font.height * self.width
            text = "".join(double.characters.get(b"".join(
                self.pixels[at:at + double.width] for at in
                range(start + column * double.width, start + column * double.width + double.height * self.width, self.width)),
                (UNREADABLE, False))[0] for column in range(self.width // double.width))
            if text.strip() and UNREADABLE not in text:
                lines.append(text.rstrip())
        return lines

    def colours(self, text):
        """The colours of the first row that holds `text`, in that place, without the paper."""
        row = next(number for number, line in enumerate(self.rows) if text in line)
        column = self.rows[row].index(text)
        found = set()
        for y in range(row * self.font.height, (row + 1) * self.font.height):
            start = (y * self.width + column * self.font.width) * 3
            line = self.body[start:start + len(text) * self.font.width * 3]
            found |= {tuple(line[at:at + 3]) for at in range(0, len(line), 3)}
        return found - {PAPER}


def _doubled(cell, width):
    rows = [cell[at:at + width] for at in range(0, len(cell), width)]
    return _enlarged(rows, 2)


def read(machine, **head):
    """A look at the screen; `device=` names one of several."""
    path = os.path.join(machine.private.name, "screen.ppm")
    machine.qmp.execute("screendump", filename=path, **head)
    return Screen(path)
