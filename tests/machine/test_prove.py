"""The proof on real devices: shots are fired while messages move and processors go off and on; nothing is lost."""

import pytest
from support import counts, device_of, messages, on

MACHINES = ("moves-2", "moves-4", "moves-8", "moves-xapic")
PROVE_TIMEOUT = 300  # seconds


def prove(machine, words):
    """Runs a proof that must pass; answers (objects of the messages, summary)."""
    *rows, summary = machine.json("prove " + words, timeout=PROVE_TIMEOUT)
    assert summary["type"] == "prove_summary" and summary["verdict"] == "pass", summary
    assert (summary["strays"], summary["faults"]) == (0, 0), summary
    for row in rows:
        assert row["type"] == "prove" and row["verdict"] == "pass", row
        assert row["sent"] == row["handled"] > 0 and row["pending"] == row["lost"] == row["duplicated"] == 0, row
    for key in ("sent", "handled", "moves"):
        assert summary[key] == sum(row[key] for row in rows), key
    return rows, summary


@on(*MACHINES)
def test_nothing_is_lost_and_nothing_comes_twice_while_messages_move(machine):
    rows, summary = prove(machine, "shots=5000 moves=500")
    assert (summary["sent"], summary["moves"]) == (5000, 500)
    assert summary["messages"] == len(rows)
    assert summary["messages"] + summary["skipped"] == len(messages(machine))
    proved = {row["bdf"] for row in rows}
    assert proved == {device_of(machine, driver) for driver in ("nvme", "e1000e", "virtio-rng", "edu", "rocker")}


@on(*MACHINES)
def test_nothing_is_lost_while_processors_go_off_and_on(machine):
    _, summary = prove(machine, "shots=2000 moves=200 offline=5")
    assert (summary["offline_cycles"], summary["offline_refusals"]) == (5, 0)
    assert summary["moves"] >= 200
    assert {cpu["state"] for cpu in machine.json("cpus", "cpu")} == {"online"}


@on(*MACHINES)
def test_reads_in_flight_survive_a_move_at_every_other_shot(machine):
    """The disk answers while its entry is being rewritten: the one device here that does so in its own time."""
    rows, _ = prove(machine, "%s shots=10000 moves=5000" % device_of(machine, "nvme"))
    assert len(rows) == machine.spec.cpus + 1
    assert sum(row["moves"] for row in rows) == 5000


@on("ordinary")
def test_nothing_is_lost_on_an_ordinary_pc_whose_messages_share_rings(machine):
    """Fifteen messages of one ring end out of order: a full ring is waited for, and no fault. The sixteenth is the keyboard's."""
    rows, summary = prove(machine, "shots=20000 moves=2000")
    assert (summary["sent"], summary["moves"]) == (20000, 2000)
    assert len({row["index"] for row in rows if row["bdf"] == device_of(machine, "xhci")}) == 15


@on("moves-4")
def test_the_counts_of_all_processors_add_up_to_the_shots(machine):
    bdf = device_of(machine, "rocker")
    before = counts(machine)
    prove(machine, "%s 1 shots=1000 moves=300" % bdf)
    after = counts(machine)
    taken = [now - was for now, was in zip(after[bdf, 1], before[bdf, 1])]
    assert sum(taken) == 1000
    assert all(taken), "a message that moves 300 times has been on every processor: %s" % taken
    assert {key: row for key, row in after.items() if key != (bdf, 1)} == {key: row for key, row in before.items() if key != (bdf, 1)}


@on("moves-4", "moves-xapic")
def test_afterwards_every_message_that_was_proved_is_where_it_was(machine):
    def places():
        return {key: (found["cpu"], found["target_processor_set"]) for key, found in messages(machine).items()}
    before = places()
    rows, _ = prove(machine, "shots=1000 moves=200 offline=2")
    after = places()
    for key in ((row["bdf"], row["index"]) for row in rows):
        assert after[key] == before[key], key
    assert all(cpu["vectors_draining"] == 0 for cpu in machine.json("cpus", "cpu"))


@on("moves-4")
def test_a_message_that_is_masked_is_left_out_and_the_others_are_proved(machine):
    bdf = device_of(machine, "rocker")
    machine.command("mask %s 2" % bdf)
    assert machine.refused("prove %s 2" % bdf) == "%s 2 cannot be proved: masked" % bdf
    rows, summary = prove(machine, bdf)
    machine.command("unmask %s 2" % bdf)
    assert [row["index"] for row in rows] == [0, 1, 3]
    assert summary["skipped"] == 1


@on("moves-4")
@pytest.mark.parametrize("words", ["BDF 4", "BDF 0 0", "shots=0", "moves=x", "offline=-1", "shots=1000000001", "often", "BDF 0 shots"])
def test_a_proof_that_makes_no_sense_is_refused(machine, words):
    assert machine.refused("prove " + words.replace("BDF", device_of(machine, "rocker")))


@on("moves-4")
def test_a_function_without_driver_cannot_be_proved(machine):
    bdf = next(bdf for (bdf, _), message in messages(machine).items() if not message["driver"])
    assert machine.refused("prove %s 0" % bdf) == "%s 0 cannot be proved: no driver" % bdf
    assert machine.refused("prove %s" % bdf).startswith("none of ")
