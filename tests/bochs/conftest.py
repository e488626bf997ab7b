"""The runs that the tests look at, all started at once, and the count at the end."""

import concurrent.futures
import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import bochs  # noqa: E402
import modes  # noqa: E402
import summary  # noqa: E402
from board import BUILD  # noqa: E402

SPECS = (
    modes.XAPIC,
    modes.X2APIC,
    bochs.Spec("two", cpus=2, words='run="cpus --json; messages --json; selftest; audit --json; '
                                    'prove --json shots=2000 moves=200 offline=4; audit; exit 0"'),
)


@pytest.fixture(scope="session")
def outcomes():
    """outcomes(name): waits for that run; raises what it raised."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {spec.name: pool.submit(bochs.run, spec) for spec in SPECS}
        yield lambda name: jobs[name].result()


def pytest_terminal_summary(terminalreporter):
    passed, failed = summary.of_pytest(terminalreporter)
    summary.write(os.path.join(BUILD, "results"), "bochs", passed, failed)
    terminalreporter.write_line("bochs: %d passed, %d failed" % (passed, failed))
