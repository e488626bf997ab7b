"""A message fired without a pause: the guard silences it, lets it go again, and the machine is as it was."""

import pytest
from support import device_of, messages, on


@on("moves-4")
@pytest.mark.parametrize("driver", ["rocker", "edu"])
def test_a_storm_is_silenced_and_the_message_comes_back(machine, driver):
    bdf = device_of(machine, driver)
    storm, = machine.json("storm %s 0 1 limit=500" % bdf, "storm")
    assert storm["verdict"] == "pass" and storm["recovered"], storm
    # How often depends on how much of the storm the processor that takes it was there for.
    assert storm["silenced_ms"] >= storm["silenced"] >= 1, storm
    assert 0 < storm["handled"] < storm["sent"], storm
    assert not messages(machine, bdf)[bdf, 0]["masked"]
    machine.command("fire %s 0 10" % bdf)


@on("moves-4")
def test_what_stays_below_the_limit_is_left_alone(machine):
    storm, = machine.json("storm %s 1 1 limit=1000000000" % device_of(machine, "rocker"), "storm")
    assert storm["verdict"] == "pass" and storm["silenced"] == 0, storm


@on("moves-4")
def test_a_masked_message_is_refused(machine):
    bdf = device_of(machine, "rocker")
    machine.command("mask %s 2" % bdf)
    assert machine.refused("storm %s 2" % bdf) == "%s 2 is masked" % bdf
    machine.command("unmask %s 2" % bdf)
