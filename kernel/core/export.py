"""The routing core as an archive for another kernel: what its symbols are called outside, its headers with those names,
and a page that says what it gives and needs.

usage: kernel/core/export.py names CORE.o HEADER...        -> objcopy's renamings, one a line
       kernel/core/export.py header RENAMINGS HEADER       -> the header with the names of outside
       kernel/core/export.py page RENAMINGS ARCHIVE        -> the page

Functions, objects, macros and the tags of types get the prefix; enumerators and members do not. A symbol that no exported
header declares is local to the archive and has no name outside.
"""

import os
import re
import subprocess
import sys

PREFIX = "signalbox_"
LIBRARY = ("memcpy", "memset", "memmove", "memcmp", "strlen", "strcmp", "strncmp")
_COMMENT = re.compile(r"//[^\n]*")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def symbols(path, *options):
    nm = os.environ.get("NM") or "nm"
    return subprocess.run([nm, "-P", *options, path], capture_output=True, text=True, check=True).stdout.split("\n")


def defined_and_needed(path):
    rows = [row.split() for row in symbols(path, "-g") if row and not row.endswith(":")]
    return ({row[0] for row in rows if row[1] != "U"}, {row[0] for row in rows if row[1] == "U"})


def declared(texts):
    """What headers declare that a linker or the preprocessor would clash over."""
    code = _COMMENT.sub("", "\n".join(texts))
    functions = set(re.findall(r"\b([a-z]\w+)\(", code))
    objects = set(re.findall(r"^extern [^;]*?\b(\w+);", code, re.MULTILINE))
    macros = {name for name in re.findall(r"^\s*#\s*define (\w+)", code, re.MULTILINE) if not name.endswith("_H")}
    tags = set(re.findall(r"\b(?:struct|enum|union) (\w+)", code)) | set(re.findall(r"^typedef .*?\b(\w+)\(", code, re.MULTILINE))
    return functions | objects, macros, tags


def names(core, headers):
    """Renamings: `s OLD NEW` of symbols, `t OLD NEW` of what only the headers know."""
    offered, needed = defined_and_needed(core)
    linked, macros, tags = declared([read(header) for header in headers])
    inline = set(re.findall(r"static inline [^;{]*?\b(\w+)\(", _COMMENT.sub("", "\n".join(map(read, headers)))))
    outside = (linked & offered) | {name for name in needed if name not in LIBRARY}
    for name in sorted(outside):
        print("s %s %s%s" % (name, PREFIX, name))
    for name in sorted((macros | tags | inline) - outside):
        print("t %s %s%s" % (name, PREFIX.upper() if name.isupper() else PREFIX, name))


def renamings(path):
    rows = [line.split() for line in read(path).splitlines()]
    return {old: new for _, old, new in rows}, [(old, new) for kind, old, new in rows if kind == "s"]


def header(path, source):
    """The header with the names of outside; members keep theirs, and includes stand side by side."""
    table, _ = renamings(path)
    pattern = re.compile(r"(?<![\w.>])(%s)\b" % "|".join(map(re.escape, sorted(table, key=len, reverse=True))))
    lines = []
    for line in read(source).splitlines():
        code, slash, comment = line.partition("//")
        # "struct cpu *cpu": the tag is renamed, the member that is called like it is not.
        code = re.sub(r'#include "kernel/(?:core|lib)/', '#include "signalbox/', code)
        if not code.startswith("#include"):
            code = pattern.sub(lambda match: table[match[1]] if is_name(code, match) else match[1], code)
        lines.append(re.sub(r"\bKERNEL_(?:CORE|LIB)_(\w+_H)\b", r"SIGNALBOX_\1", code) + slash + comment)
    print("\n".join(lines))


def is_name(code, match):
    """Is this the thing itself, not a parameter or member that is called like a type?"""
    name, before, after = match[1], code[:match.start()], code[match.end():]
    if re.search(r"\b(?:struct|enum|union) $", before):
        return True
    return bool(re.match(r"\s*\(", after)) or name.isupper() or before.startswith(("#define", "extern")) or \
        name.startswith("core_") or name.endswith("_routine")


def page(path, archive):
    _, linked = renamings(path)
    offered, needed = defined_and_needed(archive)
    size = subprocess.run([os.environ.get("SIZE") or "size", "-t", archive], capture_output=True, text=True, check=True)
    text, data, bss = size.stdout.splitlines()[-1].split()[:3]
    host = sorted(needed - set(LIBRARY))
    print("libsignalbox-core.a: %s bytes of code and constants, %s of data, %s zeroed" % (text, data, bss))
    print("\nneeds of its host: %d functions" % len(host))
    print("\n".join("  " + name for name in host))
    print("\nneeds of a C library: " + " ".join(sorted(needed & set(LIBRARY))))
    given = sorted(new for _, new in linked if new in offered)
    print("\ngives: %d" % len(given))
    print("\n".join("  " + name for name in given))


if __name__ == "__main__":
    if sys.argv[1] == "names":
        names(sys.argv[2], sys.argv[3:])
    elif sys.argv[1] == "header":
        header(sys.argv[2], sys.argv[3])
    else:
        page(sys.argv[2], sys.argv[3])
