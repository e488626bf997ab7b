"""Binary in a console session: 0x00, COBS of (type byte, payload, CRC-32 little endian), 0x00."""

import struct
import zlib

METADATA, PACKET = 1, 2
_LONGEST_RUN = 254  # bytes that one COBS code stands for


def _cobs_encode(data):
    out = bytearray()
    for piece in data.split(b"\0"):
        while len(piece) >= _LONGEST_RUN:
            out += b"\xff" + piece[:_LONGEST_RUN]
            piece = piece[_LONGEST_RUN:]
        out += bytes([len(piece) + 1]) + piece
    return bytes(out)


def _cobs_decode(data):
    """ValueError: no COBS."""
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        run = data[at + 1 : at + code]
        if code == 0 or len(run) != code - 1:
            raise ValueError("a run of %d bytes, %d left" % (code - 1, len(run)))
        out += run
        at += code
        if code <= _LONGEST_RUN and at < len(data):
            out += b"\0"
    return bytes(out)


def encode(kind, payload):
    body = bytes([kind]) + payload
    return b"\0" + _cobs_encode(body + struct.pack("<I", zlib.crc32(body))) + b"\0"


def decode(data):
    """(type, payload) of what stood between two zero bytes. ValueError: damaged, or no frame at all."""
    body = _cobs_decode(data)
    if len(body) < 5 or body[0] not in (METADATA, PACKET):
        raise ValueError("no frame")
    if zlib.crc32(body[:-4]) != struct.unpack("<I", body[-4:])[0]:
        raise ValueError("checksum")
    return body[0], body[1:-4]
