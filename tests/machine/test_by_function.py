"""Where a figure's instructions are: what is read from QEMU's record, and that it adds up to the figure."""

import collections
import os
import re
import subprocess
import sys

from machine import ROOT

BENCH = os.path.join(ROOT, "tests", "bench")
sys.path.insert(0, BENCH)
import by_function  # noqa: E402

READINGS = 20  # instructions of the two readings, at the most

LISTING = """
ffffffff80000000 <bench_add_call>:
ffffffff80000004:\t0f 31                \trdtsc
ffffffff80000006:\tff d0                \tcall   rax
ffffffff80000008:\t0f 31                \trdtsc

ffffffff80000010 <move.isra.0>:
ffffffff80000010:\tc3                   \tret

ffffffff80000020 <other>:
ffffffff80000020:\t0f 31                \trdtsc
""".splitlines()


def record(*steps):
    return ["Trace %d: 0x7f00 [00000000/%016x/00c0b2b0/ff020000] name" % (cpu, 0xffffffff80000000 + offset) for cpu, offset in steps]


def counted(*executed):
    return by_function.runs(by_function.steps(record(*executed)), by_function.Listing(LISTING))


def test_only_the_readers_own_readings_begin_and_end_a_run():
    assert by_function.Listing(LISTING).readings == [0xffffffff80000004, 0xffffffff80000008]


def test_what_lies_between_two_readings_is_counted_by_function_and_by_where_it_was():
    found = counted((0, 0x10), (0, 0x4), (0, 0x6), (0, 0x10), (1, 0x20), (0, 0x8), (0, 0x10))
    assert found == [collections.Counter({(True, "bench_add_call"): 1, (True, "move"): 1, (False, "other"): 1})]


def test_a_reading_on_another_processor_ends_nothing():
    assert [run.total() for run in counted((0, 0x4), (1, 0x8), (0, 0x8))] == [1]


def test_other_lines_of_the_record_are_passed_over():
    assert list(by_function.steps(["TB exit", "", *record((0, 0x10))])) == [(0, 0xffffffff80000010)]


def test_a_run_of_the_commonest_length_is_taken():
    lengths = [collections.Counter(a=count) for count in (7, 5, 5)]
    assert by_function.typical(lengths).total() == 5


def test_the_functions_of_a_move_add_up_to_the_figure():
    done = subprocess.run([sys.executable, "by_function.py", "retarget", "2"], cwd=BENCH, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    total = int(re.search(r"^ *(\d+) +all", done.stdout, re.MULTILINE).group(1))
    median = int(re.search(r"^retarget: median (\d+), 200 runs on 2 processors$", done.stdout, re.MULTILINE).group(1))
    assert 0 <= total - median <= READINGS
    assert "retarget_message" in done.stdout and "(elsewhere)" in done.stdout
