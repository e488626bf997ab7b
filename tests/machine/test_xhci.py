"""Multi-message MSI: sixteen messages of one controller in one aligned block, on the move."""

from support import counts, device_of, messages, on, wait_for_arrivals

COUNT = 16


def block(machine, bdf):
    """(processor, first vector) of the block; fails where the messages are not one."""
    records = messages(machine, bdf)
    assert sorted(index for _, index in records) == list(range(COUNT))
    assert {record["kind"] for record in records.values()} == {"msi"}
    assert len({(record["cpu"], record["message_address"]) for record in records.values()}) == 1
    first = records[bdf, 0]["vector"]
    assert first % COUNT == 0
    assert [records[bdf, index]["vector"] for index in range(COUNT)] == list(range(first, first + COUNT))
    return records[bdf, 0]["cpu"], first


@on("xhci")
def test_sixteen_messages_are_one_aligned_block_on_one_processor(machine):
    block(machine, device_of(machine, "xhci"))


@on("xhci")
def test_every_message_of_the_block_arrives_as_itself(machine):
    bdf = device_of(machine, "xhci")
    cpu, _ = block(machine, bdf)
    for index in range(COUNT):
        before = counts(machine)
        machine.command("fire %s %d 2" % (bdf, index))
        assert wait_for_arrivals(machine, before, (bdf, index), 2) == {(bdf, index): {cpu: 2}}


@on("xhci")
def test_the_block_moves_as_one_and_every_message_arrives_there(machine):
    bdf = device_of(machine, "xhci")
    for cpu in (3, 1, 0, 2):
        machine.command("route %s 5 %d" % (bdf, cpu))
        assert block(machine, bdf)[0] == cpu
        for index in (0, 7, 15):
            before = counts(machine)
            machine.command("fire %s %d 2" % (bdf, index))
            assert wait_for_arrivals(machine, before, (bdf, index), 2) == {(bdf, index): {cpu: 2}}


@on("xhci")
def test_nothing_is_lost_while_the_block_moves(machine):
    bdf = device_of(machine, "xhci")
    summary = machine.json("prove %s shots=2000 moves=200" % bdf, "prove_summary")[0]
    assert (summary["verdict"], summary["lost"], summary["duplicated"]) == ("pass", 0, 0)
    block(machine, bdf)
