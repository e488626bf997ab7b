"""Where a CTF packet's header and context fields stand, read from the metadata that came with it.

Knows of TSDL what such headers are made of: integers of whole bytes, their aliases, arrays of them, structures.
"""

import re
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_ALIAS = re.compile(r"typealias\s+integer\s*\{([^}]*)\}\s*:=\s*([\w ]+?)\s*;")
_BODY = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_STRUCT = re.compile(r"struct\s+(\w+)\s*" + _BODY)
_MEMBER = re.compile(r"(integer\s*\{[^}]*\}|[\w ]+?)\s+(\w+)\s*(?:\[\s*(\d+)\s*\])?\s*;")
_PROPERTY = re.compile(r"(\w+)\s*=\s*(\w+)")


@dataclass(frozen=True)
class Field:
    name: str
    offset: int  # bytes
    size: int  # bytes of one element
    count: int  # elements of an array, 1 for a plain integer


def _shape(text):
    """(size, alignment) in bytes of `integer { ... }`."""
    properties = dict(_PROPERTY.findall(text))
    size, align = int(properties["size"], 0), int(properties.get("align", "8"), 0)
    if size % 8 or not size or align % 8 or not align:
        raise ValueError("an integer of %d bits, aligned to %d" % (size, align))
    return size // 8, align // 8


class Layout:
    """ValueError: the metadata says nothing that this reader knows."""

    def __init__(self, metadata):
        text = _COMMENT.sub(" ", metadata)
        if re.search(r"byte_order\s*=\s*(be|network)\b", text):
            raise ValueError("big-endian packets")
        try:
            self.aliases = {name: properties for properties, name in _ALIAS.findall(text)}
            self.structures = dict(_STRUCT.findall(text))
            self.fields = {}
            end = self._add(self._body(text, "packet.header"), 0)
            self.size = self._add(self._body(text, "packet.context"), end)
        except KeyError as unknown:
            raise ValueError("no type or property %s" % unknown) from unknown
        for needed in ("cpu_id", "timestamp_begin", "timestamp_end", "content_size", "packet_size"):
            if needed not in self.fields:
                raise ValueError("packets without %s" % needed)

    def _body(self, text, scope):
        match = re.search(re.escape(scope) + r"\s*:=\s*struct\s*(?:(\w+)\s*;|(\w+)?\s*" + _BODY + ")", text)
        if not match:
            return ""
        return self.structures[match[1]] if match[1] else match[3]

    def _add(self, body, offset):
        for kind, name, count in _MEMBER.findall(body):
            size, align = _shape(kind if kind.startswith("integer") else self.aliases[kind.strip()])
            offset = -(-offset // align) * align
            self.fields[name] = Field(name, offset, size, int(count or 1))
            offset += size * int(count or 1)
        return offset

    def read(self, packet, name):
        """A field's value; ValueError: the packet is too short for it."""
        where = self.fields[name]
        data = packet[where.offset : where.offset + where.size]
        if len(data) < where.size:
            raise ValueError("a packet of %d bytes" % len(packet))
        return int.from_bytes(data, "little")
