"""More messages asked for than there are vectors: later devices get fewer, each at least one, and it is said how many."""

import re

from support import devices_of, functions, messages, on

WANTED = {"rocker": 128, "nvme": 3}  # a queue for each of two processors, and one for administration


def granted(machine):
    """Messages of each function, in the order the functions were served."""
    found = {}
    for bdf, _ in messages(machine):
        found[bdf] = found.get(bdf, 0) + 1
    return found


def reasons(machine):
    """bdf -> what the listing for people says of it."""
    lines = (re.match(r"(\w{4}:\w\w:\w\w\.\w): (.*)", line) for line in machine.command("messages"))
    return {match[1]: match[2] for match in lines if match}


@on("exhausted")
def test_later_devices_get_fewer_messages_and_each_gets_one(machine):
    number = granted(machine)
    rockers = [number[bdf] for bdf in devices_of(machine, "rocker")]
    assert rockers[:2] == [128, 128]
    assert 1 <= rockers[2] < 128
    disks = devices_of(machine, "nvme")
    assert len(disks) == 4
    assert [number[bdf] for bdf in disks] == [1] * 4
    for bdf, found in functions(machine).items():
        if found["msix"] or found["msi"]:
            assert number.get(bdf, 0) >= 1, bdf


@on("exhausted")
def test_the_reason_names_the_numbers(machine):
    number, said = granted(machine), reasons(machine)
    short = [bdf for driver in WANTED for bdf in devices_of(machine, driver) if number[bdf] < WANTED[driver]]
    assert len(short) == 5
    for bdf in short:
        wanted = WANTED[functions(machine)[bdf]["driver"]]
        match = re.search(r"%d of %d: (\d+) vectors free on all CPUs(, kept for (\d+) functions to come)?" % (number[bdf], wanted), said[bdf])
        assert match, said[bdf]
        assert match[3] is None or match[1] == match[3], "one vector for each function that is still to come"


@on("exhausted")
def test_every_vector_is_accounted_for(machine):
    total = machine.json("vectors")[-1]
    assert (total["free"], total["reserved"], total["draining"]) == (0, 0, 0)
    assert total["allocated"] == total["cpus"] * total["per_cpu"] == len(messages(machine))


@on("exhausted")
def test_messages_that_were_granted_arrive_and_cannot_move_for_want_of_vectors(machine):
    summary = machine.json("prove shots=2000 moves=100", "prove_summary")[0]
    assert (summary["verdict"], summary["sent"], summary["moves"]) == ("pass", 2000, 0)
    (bdf, index), found = next(iter(messages(machine).items()))
    assert machine.refused("route %s %d %d" % (bdf, index, 1 - found["cpu"])) == "0 vectors free there, no place for %s %d" % (bdf, index)
    assert machine.refused("cpu 1 offline") == "144 messages on cpu 1, 0 vectors free on the others"
