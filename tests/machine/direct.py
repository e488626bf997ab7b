"""Signalbox' kernel as a multiboot image: QEMU's own BIOS starts it in a tenth of the time that UEFI firmware takes.

With an instruction clock and many processors UEFI firmware takes an hour, and figures of the kernel do not depend on
who has loaded it. Everything the loader would do at run time is done here beforehand: segments placed, page tables
built, the handoff record written; direct.asm turns on paging and jumps. There are no runtime services.
"""

import os
import struct
import subprocess

PAGE = 4096
BASE = 0x1000000  # physical: where the image lies
KERNEL_BASE = 0xffffffff80000000  # HANDOFF_KERNEL_BASE
LOW_MEMORY_END = 0x9f000  # the BIOS' data area and ROMs are above
HIGH_MEMORY = 0x100000
BIOS_TABLES = 0x100000  # the BIOS keeps its ACPI tables within so much of memory's end
IDENTITY_GIGABYTES = 4
STACK_SIZE = PAGE

# boot/handoff.h
MAGIC, VERSION = 0x786f626c616e6769, 3
RECORD = struct.Struct("<QIIQIIQQQQQQQQQQQQQQQIIII88x")
RSDP_OFFSET, ENTRY_CYCLES_OFFSET = 48, 128
REGION = struct.Struct("<QQII")
FREE, ACPI, KERNEL = 0, 2, 4
EFI_TYPES = {FREE: 7, ACPI: 9, KERNEL: 2}

PRESENT, WRITABLE, LARGE, NO_EXECUTE = 1, 2, 1 << 7, 1 << 63
PT_LOAD, SHT_SYMTAB = 1, 2
PF_X, PF_W = 1, 2


class Image:
    """Memory from BASE upwards, filled piece by piece; every piece begins a page."""

    def __init__(self):
        self.data = bytearray()

    def place(self, data):
        """Answers the physical address."""
        address = BASE + len(self.data)
        self.data += data + bytes(-len(data) % PAGE)
        return address

    def table(self, entries):
        """A page table of up to 512 entries, by index."""
        words = [0] * 512
        for index, entry in entries.items():
            words[index] = entry
        return self.place(struct.pack("<512Q", *words))


class Elf:
    """What is needed of the kernel's ELF file: segments, entry, symbols."""

    def __init__(self, data):
        self.data = data
        self.entry, programs, sections = struct.unpack_from("<QQQ", data, 24)
        program_size, program_count, section_size, section_count = struct.unpack_from("<HHHH", data, 54)
        headers = [struct.unpack_from("<IIQQQQQQ", data, programs + i * program_size) for i in range(program_count)]
        # flags, address, bytes in the file, size in memory
        self.segments = [(header[1], header[3], data[header[2]:header[2] + header[5]], header[6])
                         for header in headers if header[0] == PT_LOAD]
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, sections + i * section_size) for i in range(section_count)]

    def symbols(self):
        """The symbol table's bytes and its string table's."""
        table = next(section for section in self.sections if section[1] == SHT_SYMTAB)
        return [self.data[section[4]:section[4] + section[5]] for section in (table, self.sections[table[6]])]


def _kernel_image(elf):
    """The kernel's memory from KERNEL_BASE on, and page number -> flags of its page table entry."""
    end = max(address + size for _, address, _, size in elf.segments) - KERNEL_BASE
    memory, pages = bytearray(end + -end % PAGE), {}
    for flags, address, data, size in elf.segments:
        start = address - KERNEL_BASE
        memory[start:start + len(data)] = data
        entry = PRESENT | (WRITABLE if flags & PF_W else 0) | (0 if flags & PF_X else NO_EXECUTE)
        pages.update(dict.fromkeys(range(start // PAGE, (start + size + PAGE - 1) // PAGE), entry))
    return bytes(memory), pages


def _page_tables(image, kernel, pages):
    """Identity for the first gigabytes, and the kernel in the last two; answers the root."""
    flags = PRESENT | WRITABLE
    tables = {}
    for first in range(0, max(pages) + 1, 512):
        entries = {page - first: kernel + page * PAGE | entry for page, entry in pages.items() if first <= page < first + 512}
        tables[first // 512] = image.table(entries) | flags
    high = image.table({510: image.table(tables) | flags})
    directories = {gigabyte: image.table({i: (gigabyte << 30) + (i << 21) | flags | LARGE for i in range(512)}) | flags
                   for gigabyte in range(IDENTITY_GIGABYTES)}
    return image.table({0: image.table(directories) | flags, 511: high | flags})


def _regions(image_end, memory):
    """The memory map, as the loader would hand it over."""
    spans = ((PAGE, LOW_MEMORY_END, FREE), (HIGH_MEMORY, BASE, FREE), (BASE, image_end, KERNEL),
             (image_end, memory - BIOS_TABLES, FREE), (memory - BIOS_TABLES, memory, ACPI))
    return b"".join(REGION.pack(start, end - start, kind, EFI_TYPES[kind]) for start, end, kind in spans), len(spans)


def _record(places, sizes):
    return RECORD.pack(MAGIC, VERSION, RECORD.size, places["regions"], sizes["regions"], sizes["words"], places["words"],
                       places["source"], 0, 0, places["kernel"], sizes["kernel"], places["symbols"], sizes["symbols"],
                       places["strings"], sizes["strings"], places["root"], 0, 0, 0, 0, 0, 0, 0, 0)


def _stub(directory, **symbols):
    """The assembled way in, exactly one page."""
    path = os.path.join(directory, "direct.bin")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "direct.asm")
    subprocess.run(["nasm", "-f", "bin", "-Werror", "-o", path, *("-D%s=%#x" % pair for pair in symbols.items()), source], check=True)
    with open(path, "rb") as file:
        code = file.read()
    assert len(code) <= PAGE, "direct.asm has outgrown its page"
    return code + bytes(PAGE - len(code))


def create(path, kernel_path, words, memory, directory):
    """Writes the image to `path`. `memory`: of the machine, in bytes; `directory`: for what is made on the way."""
    with open(kernel_path, "rb") as file:
        elf = Elf(file.read())
    assert memory <= 2 << 30, "memory above 2 GiB lies elsewhere on some boards"
    image = Image()
    image.place(bytes(PAGE))  # the stub's
    kernel, pages = _kernel_image(elf)
    symbols, strings = elf.symbols()
    words = words.encode()
    places = {"kernel": image.place(kernel), "symbols": image.place(symbols), "strings": image.place(strings),
              "words": image.place(words + b"\0"), "source": image.place(b"direct\0"), "stack": image.place(bytes(STACK_SIZE))}
    places["root"] = _page_tables(image, places["kernel"], pages)
    places["record"], places["regions"] = BASE + len(image.data), BASE + len(image.data) + PAGE
    regions, count = _regions(places["regions"] + PAGE, memory)
    sizes = {"kernel": len(kernel), "symbols": len(symbols), "strings": len(strings), "words": len(words), "regions": count}
    image.place(_record(places, sizes))
    image.place(regions)
    image.data[:PAGE] = _stub(directory, BASE=BASE, ROOT=places["root"], STACK_TOP=places["stack"] + STACK_SIZE,
                              HANDOFF=places["record"], HANDOFF_RSDP=RSDP_OFFSET, HANDOFF_ENTRY_CYCLES=ENTRY_CYCLES_OFFSET,
                              ENTRY=elf.entry)
    with open(path, "wb") as file:
        file.write(image.data)
