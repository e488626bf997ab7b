"""Makes C source of the names in pci.ids: vendors, devices and classes, as kernel/inventory/pci_ids.h describes the tables.

usage: kernel/inventory/pci_ids.py PCI.IDS >SOURCE.c

All vendors, devices, classes, subclasses and programming interfaces are taken, subsystems are not. What is no ASCII
becomes it: letters lose their accents, anything else turns into a question mark. The same file gives the same source.
"""

import collections
import re
import sys
import unicodedata

PAGE_ENTRIES = 64
PHRASE_FIRST = 0x80  # the bytes from here on stand for phrases
PHRASE_COUNT = 0x100 - PHRASE_FIRST
PHRASE_WORDS = 5  # longest phrase
CANDIDATES = 400
LEAST_SAVING = 300  # bytes that a phrase has to save
NAME_LIMIT = 159  # PCI_IDS_TEXT without the end

# kernel/inventory/pci_ids.h: PCI_IDS_CLASS and the others
CLASS, SUBCLASS, INTERFACE = 1 << 24, 2 << 24, 3 << 24


class Mistake(Exception):
    """The file is not as pci.ids should be."""


def ascii_of(name):
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    plain = re.sub(r"[^ -~]", "?", plain)
    if not plain or len(plain) > NAME_LIMIT:
        raise Mistake("a name of %d characters: %r" % (len(plain), name))
    return plain.encode("ascii")


class Names:
    """The three tables, key -> name, filled line by line."""

    def __init__(self):
        self.vendors, self.devices, self.classes = {}, {}, {}
        self.above = None  # adds an entry under the last one that has no indentation: (depth, id, name)

    def _add(self, table, key, name):
        if key in table:
            raise Mistake("0x%x is there twice" % key)
        table[key] = ascii_of(name)

    def _add_class(self, number, name):
        subclass = [0]

        def below(depth, inner, inner_name):
            if depth == 1:
                subclass[0] = number << 16 | inner << 8
                self._add(self.classes, SUBCLASS | subclass[0], inner_name)
            else:
                self._add(self.classes, INTERFACE | subclass[0] | inner, inner_name)

        self._add(self.classes, CLASS | number << 16, name)
        self.above = below

    def _add_vendor(self, number, name):
        def below(depth, inner, inner_name):
            if depth == 1:
                self._add(self.devices, number << 16 | inner, inner_name)

        self._add(self.vendors, number, name)
        self.above = below

    def take(self, line):
        """One line; other kinds of lists than vendors and classes may follow one day, and are passed over."""
        found = re.fullmatch(r"(C )?([0-9a-f]+)  (.*\S)\s*", line)
        if found:
            (self._add_class if found[1] else self._add_vendor)(int(found[2], 16), found[3])
            return
        found = re.fullmatch(r"(\t\t?)([0-9a-f]+)( [0-9a-f]{4})?  (.*\S)\s*", line)
        if found and self.above:
            self.above(len(found[1]), int(found[2], 16), found[4])
        elif re.match(r"[A-Z] ", line):
            self.above = None
        elif self.above:
            raise Mistake("not understood")


def read(path):
    names = Names()
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            try:
                names.take(line)
            except Mistake as mistake:
                sys.exit("%s:%d: %s" % (path, number, mistake))
    return names


def phrases_of(names):
    """Runs of words that are worth a byte of their own, in the order in which they are put in."""
    counts = collections.Counter()
    for name in names:
        words = re.findall(rb" ?[^ ]+", name)
        for length in range(1, PHRASE_WORDS + 1):
            counts.update(b"".join(words[i:i + length]) for i in range(len(words) - length + 1))
    worth = sorted(counts, key=lambda phrase: ((1 - len(phrase)) * counts[phrase], phrase))
    text, chosen = b"\0".join(names), []
    for phrase in worth[:CANDIDATES]:
        if len(chosen) < PHRASE_COUNT and text.count(phrase) * (len(phrase) - 1) >= LEAST_SAVING:
            text = text.replace(phrase, bytes([PHRASE_FIRST + len(chosen)]))
            chosen.append(phrase)
    return chosen


def coded(names, phrases):
    """The names with phrases put in, each ended by a zero."""
    text = b"\0".join(names)
    for number, phrase in enumerate(phrases):
        text = text.replace(phrase, bytes([PHRASE_FIRST + number]))
    return [name + b"\0" for name in text.split(b"\0")]


def step_bytes(step):
    """Seven bits a byte, the lowest first, all but the last with bit 7 set."""
    found = []
    while step > 0x7F:
        found.append(step & 0x7F | 0x80)
        step >>= 7
    return found + [step]


def c_numbers(numbers, per_line):
    return "\n".join("    " + " ".join("%d," % number for number in numbers[i:i + per_line])
                     for i in range(0, len(numbers), per_line))


def c_string(text):
    """A C string of these bytes: octal escapes have three digits, so that no digit behind one joins it."""
    return '    "%s"' % "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\?' else "\\%03o" % byte for byte in text)


def print_table(name, table, phrases):
    """Pages of entries: the page has its first key, each further entry the step from the key before it."""
    keys = sorted(table)
    texts = coded([table[key] for key in keys], phrases)
    pages, steps, position = [], [], 0
    for number, (key, text) in enumerate(zip(keys, texts)):
        if number % PAGE_ENTRIES == 0:
            pages.append("    {0x%xu, %du, %du}," % (key, len(steps), position))
        else:
            steps += step_bytes(key - keys[number - 1])
        position += len(text)
    print("static const struct pci_ids_page %s_pages[] = {\n%s\n};" % (name, "\n".join(pages)))
    print("static const uint8_t %s_steps[] = {\n%s\n};" % (name, c_numbers(steps, 30)))
    print("static const uint8_t %s_names[] =\n%s;" % (name, "\n".join(map(c_string, texts))))
    print("const struct pci_ids_table pci_ids_%s = {%s_pages, %s_steps, %s_names, %d};\n" % (name, name, name, name, len(keys)))


def print_phrases(phrases):
    starts = [sum(map(len, phrases[:number])) for number in range(len(phrases) + 1)]
    starts += starts[-1:] * (PHRASE_COUNT + 1 - len(starts))
    print("const uint16_t pci_ids_phrase_starts[] = {\n%s\n};" % c_numbers(starts, 20))
    print("const char pci_ids_phrases[] =\n%s;\n" % "\n".join(map(c_string, phrases)))


def main(path):
    names = read(path)
    tables = {"vendors": names.vendors, "devices": names.devices, "classes": names.classes}
    if not all(tables.values()):
        sys.exit("%s: no vendors, no devices or no classes in it" % path)
    phrases = phrases_of([table[key] for table in tables.values() for key in sorted(table)])
    print("// Names of PCI devices. Made by kernel/inventory/pci_ids.py.\n\n#include \"kernel/inventory/pci_ids_table.h\"\n")
    print_phrases(phrases)
    for name, table in tables.items():
        print_table(name, table, phrases)


if __name__ == "__main__":
    main(sys.argv[1])
