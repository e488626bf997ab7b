"""The table of figures beside Linux': what is compared with what, and the README that takes it in."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
import table  # noqa: E402

README = "# Title\n\n<!-- bench -->\nold\n<!-- /bench -->\n\nmore\n"


def figure(median, **more):
    return {"median": median, "unit": "instructions", **more}


def row(rows, title):
    return next(found for found in rows if title in found.title)


def both(ours=None, linux=None):
    machine = {"one": "-M q35"}
    return ({"version": "Signalbox 0.1, commit 1", "machine": machine, "figures": ours or {"message_entry": figure(15, budget=16)}},
            {"machine": machine, "linux": "6.12", "words": "quiet", "figures": linux or {"message_entry": figure(226)}})


def test_a_row_has_both_figures_their_ratio_and_the_verdict():
    rows = table.rows_of({"message_entry": figure(15, budget=16)}, {"message_entry": figure(226)})
    assert table.cells(rows[0])[1:] == ("15", "226", "15", "-", "-", "16", "met")


def test_a_figure_above_its_budget_is_over():
    rows = table.rows_of({"retarget": figure(1201, budget=1200)}, {})
    assert row(rows, "move a message").verdict == "over"


def test_what_one_side_lacks_is_a_dash_and_what_both_lack_is_no_row():
    rows = table.rows_of({"offline": figure(5000)}, {"boot": figure(10**9)})
    assert [table.cells(found)[1:4] for found in rows] == [("5 000", "-", "-"), ("-", "1 000 000 000", "-")]


def test_the_floor_stands_beside_the_whole_interrupt():
    rows = table.rows_of({"message_round_trip": figure(29), "message_floor": figure(24)}, {})
    assert table.cells(rows[0])[4:6] == ("24", "1.2")


def test_tracing_costs_what_the_traced_interrupt_takes_longer():
    rows = table.rows_of({"message_round_trip": figure(29), "message_round_trip_traced": figure(53)}, {})
    assert row(rows, "tracing").ours == 24 and row(rows, "tracing").verdict == "met"


def test_a_read_that_sleeps_stands_beside_linux_one_that_sleeps():
    linux = {"nvme_read_4k_ready": figure(8500), "nvme_read_4k_sleeping": figure(14500)}
    rows = table.rows_of({"nvme_read_4k": figure(500)}, linux)
    assert [(found.ours, found.linux) for found in rows] == [(None, 8500), (500, 14500)]


def test_what_a_device_costs_is_told_apart_from_what_its_messages_cost():
    rows = table.rows_of({"connect_1": figure(1100), "connect_64": figure(610)}, {})
    assert row(rows, "each further message").ours == 602 and row(rows, "once a device").ours == 498


def test_a_budget_that_is_not_met_is_explained():
    rows = table.rows_of({"retarget": figure(1201, budget=1200), "nested": figure(20, budget=32), "boot": figure(2, budget=1)}, {})
    lines = table.explained(rows, {"two/retarget": "because"})
    assert lines == ["Over its budget: move a message to another CPU: because.",
                     "Over its budget: kernel entry to prompt; to /init: nobody has said why."]


def test_a_ratio_has_as_many_digits_as_it_needs():
    assert [table.ratio(*pair) for pair in ((226, 15), (29, 24), (1, 4), (1, 0), (None, 3))] == ["15", "1.2", "0.25", "-", "-"]


def test_the_terminals_table_is_aligned_and_narrow():
    lines = table.plain(table.rows_of({name: figure(10**9, budget=1) for name, *_ in table.TITLES}, {}))
    assert len(lines) == 1 + len(table.TITLES) and len({len(line) for line in lines}) == 1 and len(lines[0]) < 132


def test_figures_of_different_machines_are_not_joined():
    ours, linux = both()
    linux["machine"] = {"one": "-M pc"}
    try:
        table.joined(ours, linux, "2026-01-01", "QEMU")
    except ValueError as error:
        assert "-M pc" in str(error)
    else:
        raise AssertionError("joined all the same")


def test_the_readme_gets_date_versions_options_and_rows():
    bench, rows = table.joined(*both(), "2026-01-01", "QEMU 10")
    text = table.refreshed(README, table.origin(bench) + [""] + table.markdown(rows))
    assert "old" not in text and text.startswith("# Title\n") and text.endswith("more\n")
    for word in ("2026-01-01 of Signalbox 0.1, commit 1", "QEMU 10", "6.12", "-M q35", "| 15 | 226 |"):
        assert word in text


def test_refreshing_the_readme_twice_changes_nothing():
    block = ["a", "| b |"]
    once = table.refreshed(README, block)
    assert once != README and table.refreshed(once, block) == once


def test_each_block_has_markers_of_its_own():
    both_blocks = README + README.replace("bench", "scale")
    text = table.refreshed(both_blocks, ["new"], "scale")
    assert text.startswith(README) and text[len(README):] == README.replace("bench", "scale").replace("old", "new")


def test_a_readme_without_one_pair_of_markers_is_left_alone():
    opening, closing = table.markers("bench")
    for text in ("", README.replace(opening, ""), README + closing, README + README, closing + opening):
        assert table.refreshed(text, ["x"]) is None
