"""Interrupt lines through the IOAPIC: measured, level-sensitive, shared, moved."""

import re

from support import arrivals, counts, devices_of, messages, on, wait_for_arrivals

MACHINES = ("lines", "lines-pc")


@on(*MACHINES)
def test_a_device_without_msi_runs_on_its_line_and_the_record_says_how(machine):
    edus = devices_of(machine, "edu")
    assert len(edus) == 2
    for bdf in edus:
        record = messages(machine, bdf)[bdf, 0]
        assert (record["kind"], record["mode"]) == ("line", "level_sensitive")
        assert record["polarity"] == ("active_low" if machine.spec.board == "q35" else "active_high")


@on(*MACHINES)
def test_the_boot_says_on_which_pin_the_line_was_measured(machine):
    pins = re.findall(r"line measured on gsi (\d+)", "\n".join(machine.command("log")))
    assert len(pins) == 2
    assert pins[0] == pins[1], "both are wired to the same pin"


@on(*MACHINES)
def test_devices_on_one_pin_share_a_processor_and_a_vector_and_each_shot_is_answered(machine):
    first, second = devices_of(machine, "edu")
    records = [messages(machine, bdf)[bdf, 0] for bdf in (first, second)]
    assert (records[0]["cpu"], records[0]["vector"]) == (records[1]["cpu"], records[1]["vector"])
    for bdf in (first, second):
        before = counts(machine)
        machine.command("fire %s 0 5" % bdf)
        assert wait_for_arrivals(machine, before, (bdf, 0), 5)[bdf, 0] == {records[0]["cpu"]: 5}


@on(*MACHINES)
def test_a_line_moves_with_all_its_devices_and_nothing_is_lost(machine):
    first, second = devices_of(machine, "edu")
    for cpu in (3, 0, 2):
        machine.command("route %s 0 %d" % (first, cpu))
        assert [messages(machine, bdf)[bdf, 0]["cpu"] for bdf in (first, second)] == [cpu, cpu]
        before = counts(machine)
        machine.command("fire %s 0 4" % second)
        assert wait_for_arrivals(machine, before, (second, 0), 4)[second, 0] == {cpu: 4}
    summary = machine.json("prove %s 0 shots=2000 moves=300" % first, "prove_summary")[0]
    assert (summary["verdict"], summary["lost"], summary["duplicated"]) == ("pass", 0, 0)


@on("apart", "apart-pc")
def test_lines_of_two_processors_have_two_vector_numbers_and_none_comes_twice(machine):
    first, second = devices_of(machine, "edu")
    for cpus in ((0, 1), (1, 0), (0, 0), (1, 1)):
        for bdf, cpu in zip((first, second), cpus):
            machine.command("route %s 0 %d" % (bdf, cpu))
        vectors = [messages(machine, bdf)[bdf, 0]["vector"] for bdf in (first, second)]
        assert vectors[0] != vectors[1]
    summary = machine.json("prove shots=5000 moves=1000", "prove_summary", timeout=120)[0]
    assert (summary["verdict"], summary["lost"], summary["duplicated"]) == ("pass", 0, 0)


@on("apart", "apart-pc")
def test_a_network_controller_that_has_nothing_but_a_line_answers_each_shot_once(machine):
    nic, = devices_of(machine, "e1000e")
    assert messages(machine, nic)[nic, 0]["kind"] == "line"
    before = counts(machine)
    machine.command("fire %s 0 5" % nic)
    assert sum(wait_for_arrivals(machine, before, (nic, 0), 5)[nic, 0].values()) == 5
    summary = machine.json("prove %s 0 shots=2000 moves=200" % nic, "prove_summary")[0]
    assert (summary["verdict"], summary["lost"], summary["duplicated"]) == ("pass", 0, 0)


@on(*MACHINES)
def test_of_devices_on_one_line_the_proof_takes_one_and_says_so(machine):
    answers = machine.json("prove shots=2000 moves=200")
    proved = [answer["bdf"] for answer in answers if answer["type"] == "prove"]
    summary = next(answer for answer in answers if answer["type"] == "prove_summary")
    assert len(set(proved) & set(devices_of(machine, "edu"))) == 1
    assert (summary["verdict"], summary["lost"], summary["duplicated"]) == ("pass", 0, 0)
    assert any("on the line of one that is proved" in line for line in machine.command("prove shots=10 moves=0"))


@on(*MACHINES)
def test_messages_of_other_kinds_are_undisturbed_by_the_lines(machine):
    bdf = devices_of(machine, "rocker")[0]
    before = counts(machine)
    machine.command("fire %s 0 5" % bdf)
    assert set(arrivals(before, counts(machine))) == {(bdf, 0)}
