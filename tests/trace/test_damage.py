"""Captures damaged at random, always in the same way: nothing raises, and what is left is still told."""

import random

import convert
import pytest
import recording
import replay
import synthetic

ROUNDS = 40  # of each kind


def flip(data, source):
    for _ in range(source.randrange(1, 60)):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)


def cut(data, source):
    for _ in range(source.randrange(1, 20)):
        at = source.randrange(len(data))
        del data[at : at + source.randrange(1, 200)]


def repeat(data, source):
    for _ in range(source.randrange(1, 10)):
        at, to = source.randrange(len(data)), source.randrange(len(data))
        data[to:to] = data[at : at + source.randrange(1, 400)]


def noise(data, source):
    for _ in range(source.randrange(1, 10)):
        at = source.randrange(len(data))
        data[at:at] = source.randbytes(source.randrange(1, 100))


def digits(data, source):
    """The most harmful: what still looks right."""
    places = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    for _ in range(source.randrange(1, 200)):
        data[source.choice(places)] = 0x30 + source.randrange(10)


def truncate(data, source):
    del data[source.randrange(len(data)) :]


KINDS = (flip, cut, repeat, noise, digits, truncate)


def damaged(kind, number):
    source = random.Random("%s %d" % (kind.__name__, number))
    parts = source.choice([{"frames": False}, {"text": False}, {"marks": True}, {}])
    data = bytearray(synthetic.Session(number % 3, 60).capture(**parts))
    kind(data, source)
    return bytes(data)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_damage_raises(kind):
    told = 0
    for number in range(ROUNDS):
        found = recording.of_bytes(damaged(kind, number))
        result = replay.play(found)
        told += bool(found.capture.damage or found.missing or found.notes or result.violations or result.notes)
    assert told > ROUNDS // 3


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_left_is_still_converted(kind, tmp_path):
    for number in range(3):
        path = tmp_path / "capture.txt"
        path.write_bytes(damaged(kind, number))
        assert convert.main(str(path), str(tmp_path / "out")) in (0, 1)


def test_bytes_that_are_no_capture_hold_no_trace(tmp_path, capsys):
    source = random.Random(1)
    for data in (b"", b"\0", b"\0" * 1000, source.randbytes(5000), b"{" * 5000, b"# tracer: nop\n" * 50):
        path = tmp_path / "capture.txt"
        path.write_bytes(data)
        assert convert.main(str(path), str(tmp_path / "out")) == 1
        assert "holds no trace" in capsys.readouterr().err
