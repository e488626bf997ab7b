"""probe: what really exists of the tables and capabilities of QEMU's devices, and that probing does no harm."""

from faults import FAULTS, injected
from support import (arrivals, counts, device_of, function_messages, functions, messages, on, pending_bit, table_address,
                     wait_for_arrivals)
from test_audit import assert_clean

WHOLE = "0xfffffffffffffffc"


def probe(machine, bdf):
    found = machine.json("probe %s" % bdf)
    return found[:-1], found[-1]


def table_of(machine, function):
    return machine.read_memory(table_address(function, 0), 4 * function["msix"]["table_size"])


@on("default", "pc", "spoilt", "xhci")
def test_every_device_has_what_its_capability_says_and_is_as_before(machine):
    devices = functions(machine)
    before = counts(machine)
    routed = sorted({bdf for bdf, _ in function_messages(machine)})
    for bdf in routed:
        ranges, summary = probe(machine, bdf)
        msix = summary["kind"] == "msix"
        assert summary["restored"] and summary["warnings"] == 0 and summary["mirrored"] == 0, summary
        assert [found["first"] for found in ranges] == [0, *(found["last"] + 1 for found in ranges[:-1])]
        assert ranges[-1]["last"] == (devices[bdf]["msix"]["table_size"] - 1 if msix else 0)
        assert all(found["address_bits"] == WHOLE for found in ranges)
        assert all(found["data_bits"] == ("0xffffffff" if msix else "0x0000ffff") for found in ranges)
        assert summary["granted"] == (0 if msix else devices[bdf]["msi"]["maximum"])
    assert_clean(machine)
    # What MSI cannot keep pending is made good, once a message; of MSI-X nothing comes.
    made_good = {key: {message["cpu"]: 1} for key, message in messages(machine).items()
                 if message["kind"] == "msi" and message["driver"]}
    for key in made_good:
        wait_for_arrivals(machine, before, key, 1)
    assert arrivals(before, counts(machine)) == made_good


@on("default")
def test_the_table_holds_the_same_words_before_and_after(machine):
    function = functions(machine)[device_of(machine, "nvme")]
    before = table_of(machine, function)
    probe(machine, function["bdf"])
    assert table_of(machine, function) == before


@on("default")
def test_a_message_that_is_pending_stays_so_and_arrives_when_it_is_let_go(machine):
    bdf = device_of(machine, "rocker")
    function, message = functions(machine)[bdf], messages(machine, bdf)[bdf, 2]
    machine.command("mask %s 2" % bdf)
    machine.refused("fire %s 2" % bdf)
    assert probe(machine, bdf)[1]["pending"] == 1
    assert pending_bit(machine, function, 2)
    before = counts(machine)
    machine.command("unmask %s 2" % bdf)
    assert wait_for_arrivals(machine, before, (bdf, 2), 1) == {(bdf, 2): {message["cpu"]: 1}}


@on("default")
def test_routes_still_work_after_every_device_was_probed(machine):
    for bdf in sorted({bdf for bdf, _ in function_messages(machine)}):
        probe(machine, bdf)
    machine.command("prove shots=300 moves=10")


@on("spoilt")
def test_a_function_mask_that_somebody_set_is_set_afterwards(machine):
    fault = next(fault for fault in FAULTS if fault.name == "function mask")
    with injected(machine, fault) as target:
        # The audit that ends a probe finds what somebody did before it.
        assert machine.refused("probe %s" % target.bdf).endswith("is not as it was before")
        assert functions(machine)[target.bdf]["msix"]["function_masked"]
    assert_clean(machine)


@on("spoilt")
def test_a_table_that_cannot_be_reached_is_refused(machine):
    for name in ("D3", "memory decode off at a bridge"):
        fault = next(fault for fault in FAULTS if fault.name == name)
        with injected(machine, fault) as target:
            assert machine.refused("probe %s" % target.bdf).endswith("its registers cannot be reached: see why")
    assert_clean(machine)


@on("lines")
def test_a_line_is_refused(machine):
    bdf = next(bdf for (bdf, _), message in messages(machine).items() if message["kind"] == "line")
    assert machine.refused("probe %s" % bdf).endswith("a line has no registers for messages")
