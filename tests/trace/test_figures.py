"""Percentiles, histograms and the way numbers are written."""

import random

import figures
import pytest


def test_percentiles_are_values_that_were_there():
    values = list(range(1, 1001))
    assert figures.summary(random.Random(1).sample(values, 1000)) == (1, 500, 990, 1000)
    assert figures.summary([7]) == (7, 7, 7, 7) and figures.summary([]) is None


def test_a_histogram_holds_every_value_in_the_bucket_of_its_size():
    values = [random.Random(2).randrange(1, 10**6) for _ in range(1000)] + [0, 1, 1023, 1024]
    found = figures.histogram(values)
    assert sum(found.values()) == len(values)
    assert list(found) == list(range(min(found), max(found) + 1))
    for value in values:
        assert (
            figures.bucket_edge(figures.bucket(value))
            <= max(value, 1) * 1.0000001
            < figures.bucket_edge(figures.bucket(value) + 1) * 1.0000001
        )


def test_the_tail_ends_at_the_maximum_and_is_as_long_as_there_are_values():
    points = figures.tail_points(range(10000))
    assert points[0] == (2, 5000) and points[-1] == (10000, 9999)
    assert points == sorted(points) and len(points) < 500


@pytest.mark.parametrize(
    "nanoseconds, text",
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1000, "1 µs"),
        (12345, "12.3 µs"),
        (999999, "1000 µs"),
        (2500000, "2.5 ms"),
        (3 * 10**9, "3 s"),
    ],
)
def test_durations_read_as_a_person_says_them(nanoseconds, text):
    assert figures.duration(nanoseconds) == text


def test_thousands_stand_apart():
    assert figures.count(1234567) == "1\u202f234\u202f567"
