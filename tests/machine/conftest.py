"""Machines shared between tests, and the count at the end.

Booting is the expensive part: tests name the machine they run on with `@on(...)`, those of one machine run one after
the other in one worker, on one boot. A machine that a test left broken is booted anew for the next.
"""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import summary  # noqa: E402
from machine import BUILD, Machine  # noqa: E402
from machines import MACHINES  # noqa: E402


class Shelf:
    """The one machine this worker has running, and the names of those that would not start."""

    def __init__(self):
        self.machine = None
        self.failures = {}

    def get(self, name):
        if self.machine and (self.machine.spec.name != name or self.machine.broken or self.machine.process.poll() is not None):
            self.clear()
        if not self.machine:
            if name in self.failures:
                pytest.fail("%s did not boot before either: %s" % (name, self.failures[name]), pytrace=False)
            self._boot(name)
        return self.machine

    def _boot(self, name):
        self.machine = Machine(MACHINES[name])
        try:
            self.machine.wait_prompt()
        except Exception as error:
            self.failures[name] = str(error).splitlines()[0]
            self.clear()
            raise

    def clear(self):
        if self.machine:
            self.machine.stop()
        self.machine = None


@pytest.fixture(scope="session")
def shelf():
    found = Shelf()
    yield found
    found.clear()


@pytest.fixture
def machine(request, shelf):  # pylint: disable=redefined-outer-name
    """The machine named by `@on`, at its prompt."""
    return shelf.get(request.param)


@pytest.fixture
def start(request):
    """start(spec): powers a machine of the test's own on; it ends with the test."""
    started = []

    def power_on(spec):
        name = request.node.name.split("@")[0].replace("/", "-")
        started.append(Machine(spec.but(name)))
        return started[-1]

    yield power_on
    for box in started:
        box.stop()


def pytest_terminal_summary(terminalreporter):
    passed, failed = summary.of_pytest(terminalreporter)
    summary.write(os.path.join(BUILD, "results"), "machine", passed, failed)
    terminalreporter.write_line("machine: %d passed, %d failed" % (passed, failed))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not hasattr(session.config, "workerinput") and summary.of_pytest(reporter)[1]:
        session.exitstatus = 1
