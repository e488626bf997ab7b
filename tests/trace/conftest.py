"""Sessions that the tests of the trace tools share, and the count at the end."""

import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import summary  # noqa: E402
import synthetic  # noqa: E402

BUILD = os.environ.get("BUILD") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build")


@pytest.fixture(scope="session")
def session():
    """A made-up session that nobody changes."""
    return synthetic.Session()


@pytest.fixture
def lines(session):  # pylint: disable=redefined-outer-name
    """The lines of a session with a dump in text, to be edited."""
    return session.capture(frames=False).decode().split("\r\n")


def pytest_collection_modifyitems(config, items):
    if shutil.which("lttng-irqstats"):
        return
    left_out = [item for item in items if item.get_closest_marker("lttng")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter):
    passed, failed = summary.of_pytest(terminalreporter)
    summary.write(os.path.join(BUILD, "results"), "tools", passed, failed)
    terminalreporter.write_line("tools: %d passed, %d failed" % (passed, failed))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):  # pylint: disable=redefined-outer-name
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not hasattr(session.config, "workerinput") and summary.of_pytest(reporter)[1]:
        session.exitstatus = 1
