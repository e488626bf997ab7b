"""Packet headers as others write them in TSDL are understood; what is not is refused with a reason."""

import ctf
import ctf_layout
import pytest

LTTNG = """
typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
typealias integer { size = 32; align = 8; signed = false; } := uint32_t; // four bytes
typealias integer { size = 64; align = 8; signed = false; } := unsigned long;
typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := uint64_clock_monotonic_t;
struct packet_context {
    uint64_clock_monotonic_t timestamp_begin;
    uint64_clock_monotonic_t timestamp_end; /* of the last event */
    integer { size = 64; align = 8; signed = false; } content_size;
    unsigned long packet_size;
    unsigned long events_discarded;
    uint32_t cpu_id;
};
trace { major = 1; minor = 8; byte_order = le;
    packet.header := struct { uint32_t magic; uint8_t uuid[16]; uint32_t stream_id; unsigned long stream_instance_id; };
};
stream { id = 0; packet.context := struct packet_context; };
"""


def test_lttngs_own_layout_is_understood():
    layout = ctf_layout.Layout(LTTNG)
    assert {name: field.offset for name, field in layout.fields.items()} == {
        "magic": 0,
        "uuid": 4,
        "stream_id": 20,
        "stream_instance_id": 24,
        "timestamp_begin": 32,
        "timestamp_end": 40,
        "content_size": 48,
        "packet_size": 56,
        "events_discarded": 64,
        "cpu_id": 72,
    }
    packet = bytes(72) + (3).to_bytes(4, "little")
    assert layout.read(packet, "cpu_id") == 3


def test_what_only_events_are_made_of_may_be_anything():
    bits = "typealias integer { size = 27; align = 1; signed = false; } := uint27_t;\n"
    assert ctf_layout.Layout(bits + LTTNG).fields == ctf_layout.Layout(LTTNG).fields


def test_alignment_moves_fields():
    layout = ctf_layout.Layout(
        LTTNG.replace(
            "size = 64; align = 8; signed = false; } := unsigned long",
            "size = 64; align = 64; signed = false; } := unsigned long",
        )
    )
    assert layout.fields["stream_instance_id"].offset == 24 and layout.fields["packet_size"].offset == 56


def test_what_is_written_here_is_understood():
    layout = ctf_layout.Layout(ctf.metadata_of(ctf._NAMESPACE, "x"))
    packet = ctf.packet(ctf._NAMESPACE, 5, 7, 11, (100, 200), [])
    assert [
        layout.read(packet, name)
        for name in ("cpu_id", "packet_seq_num", "events_discarded", "timestamp_begin", "timestamp_end")
    ] == [5, 7, 11, 100, 200]
    assert layout.read(packet, "packet_size") == 8 * len(packet)


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("byte_order = le", "byte_order = be", "big-endian"),
        ("uint32_t cpu_id", "uint33_t cpu_id", "no type or property 'uint33_t'"),
        ("size = 32; align = 8", "size = 27; align = 1", "an integer of 27 bits, aligned to 1"),
        ("cpu_id", "cpu", "packets without cpu_id"),
        ("packet.context := struct packet_context", "packet.context := struct other", "no type or property 'other'"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(old, new, reason):
    with pytest.raises(ValueError, match=reason):
        ctf_layout.Layout(LTTNG.replace(old, new))


def test_a_packet_too_short_for_its_header_is_refused():
    with pytest.raises(ValueError, match="a packet of 73 bytes"):
        ctf_layout.Layout(LTTNG).read(bytes(73), "cpu_id")
