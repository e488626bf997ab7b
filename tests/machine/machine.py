"""One QEMU: its command line, its serial console, its control channel, its end. Every wait has a bound."""

import codecs
import ctypes
import json
import os
import re
import select
import shlex
import signal
import socket
import subprocess
import tempfile
import time

import places
from board import BUILD, QEMU, ROOT, MachineError, arguments, built, hardware, megabytes  # pylint: disable=unused-import
from contract import CONTRACT
from qmp import Qmp

# Seconds. Bounds on what hangs, no expectations: a machine may have a small part of its host for a long time.
COMMAND_TIMEOUT = 300  # for one console command
CONTROL_TIMEOUT = 60  # for one answer of QEMU's control channel, and one more for each processor
PROMPT = r"^signalbox> "
LOG_LINE = re.compile(r"\[ *\d+\.\d+( cpu \d+)?\] ")
FATAL_GRACE = 30  # for the rest of what firmware or kernel says when all is over
POLL_INTERVAL = 0.005  # between two looks at what the serial port said
OVERLAP = 1024  # characters searched again, for what came in pieces
_FATAL = re.compile(r"^panic: |!!!! X64 Exception", re.MULTILINE)
_ESCAPE = re.compile(r"\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>78cHM])")
_ESCAPE_BEGUN = re.compile(r"\x1b(\[[0-9;?=]*|[()])?\Z")
# What of the state goes into a failure's text: modes, pending and serviced vectors, pins that are on, where CPUs are.
_TELLING = re.compile(r"== info (lapic|pic|reg)|LVTT|SPIV|ICR|ISR|IRR|RIP|QEMU| *pin (?!.* masked )")
_PR_SET_PDEATHSIG = 1
_EXIT_EVENT_QEMU = (9, 1)  # the oldest that tells of an end by isa-debug-exit; before, that is the program's end at once


def exit_code(status, shut_down):
    """What the kernel left with: N of `exit N`, 0 after poweroff; 1 when QEMU ended without being told to."""
    is_by_device = status > 0 and status % 2 == 1
    if not shut_down and not (is_by_device and places.qemu_version(QEMU) < _EXIT_EVENT_QEMU):
        return 1
    return (status - 1) // 2 if is_by_device else status


class Machine:
    def __init__(self, spec, log_directory=None, extra=""):
        self.spec = spec
        self.logs = log_directory or os.path.join(BUILD, "machine", spec.name)
        os.makedirs(self.logs, exist_ok=True)
        self.private = tempfile.TemporaryDirectory(prefix="signalbox-")
        self.broken = False
        self.boot_lines = []
        self.settled = 0
        self.said = []  # all that the serial port said, as it came
        self.pending = ""  # what of it nobody has looked at
        self.scanned = 0  # how much of that was searched in vain
        self.is_fatal = False  # it has said its last words
        self.held = ""  # a terminal sequence that is not complete yet
        self.qmp = None
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # The guest's words go to a file: QEMU drops what a socket or a terminal does not take at once. The serial port is
        # QEMU's own input and output, as QEMU before 8.0 reads no keyboard beside a file.
        spoken, typed = (os.path.join(self.private.name, name) for name in ("spoken", "typed"))
        os.mkfifo(typed)
        self.keyboard = os.open(typed, os.O_RDWR | os.O_NONBLOCK)
        control, control_far = socket.socketpair()
        line = arguments(spec, self.private.name, extra)
        line += ["-chardev", "stdio,id=serial,signal=off", "-serial", "chardev:serial",
                 "-chardev", "socket,id=qmp,fd=%d" % control_far.fileno(), "-mon", "chardev=qmp,mode=control"]
        for trace in spec.traces:
            line += ["-trace", trace]
        if spec.traces:
            line += ["-D", self.log_path("trace.log")]
        with open(self.log_path("qemu.log"), "w", encoding="utf-8") as errors, open(spoken, "wb") as speech:
            errors.write(shlex.join(line) + "\n")
            errors.flush()
            self.process = subprocess.Popen(line, stdin=self.keyboard, stdout=speech, stderr=errors,
                                            pass_fds=(control_far.fileno(),),
                                            preexec_fn=end_with_parent)
        self.speech = open(spoken, "rb", buffering=0)
        control_far.close()
        try:
            # QEMU makes its processors before it answers.
            self.qmp = Qmp(control, CONTROL_TIMEOUT + spec.cpus)
        except (OSError, EOFError, ValueError) as error:
            self.stop()
            raise MachineError("QEMU did not start: %s\n%s" % (error, self.qemu_errors())) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def log_path(self, name):
        return os.path.join(self.logs, name)

    def qemu_errors(self):
        """What QEMU itself had to say, without the command line that stands above it in the log."""
        with open(self.log_path("qemu.log"), encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[1:])

    # ---- the serial console ----

    @property
    def transcript(self):
        """All that the serial port has said."""
        return "".join(self.said)

    def spoken(self):
        """The same as bytes, with whatever is no text."""
        with open(self.speech.name, "rb") as file:
            return file.read()

    def _read(self, timeout):
        """Bytes of the serial port, b"" when none came within `timeout` seconds. EOFError: QEMU is gone."""
        deadline = time.monotonic() + timeout
        while True:
            has_ended = self.process.poll() is not None
            data = self.speech.read(1 << 20)
            if data:
                return data
            if has_ended:
                raise EOFError
            if time.monotonic() >= deadline:
                return b""
            time.sleep(POLL_INTERVAL)

    def _receive(self, timeout):
        """Takes in what comes within `timeout` seconds; answers the new text, "" for none. EOFError: QEMU is gone."""
        text = _ESCAPE.sub("", self.held + self.decoder.decode(self._read(max(timeout, 0))))
        begun = _ESCAPE_BEGUN.search(text)
        text, self.held = (text[:begun.start()], begun[0]) if begun else (text, "")
        self.is_fatal = self.is_fatal or bool(_FATAL.search(self.pending[-OVERLAP:] + text))
        self.said.append(text)
        self.pending += text
        return text

    def _forget(self, length):
        self.pending = self.pending[length:]
        self.scanned = 0

    def expect(self, pattern, timeout, what=None):
        """Waits for a pattern in what was not looked at yet; answers the text before it, and takes both away."""
        deadline = time.monotonic() + timeout
        what = what or repr(pattern)
        pattern = re.compile(pattern, re.MULTILINE)
        while True:
            match = pattern.search(self.pending, max(self.scanned - OVERLAP, 0))
            if match:
                before = self.pending[:match.start()]
                self._forget(match.end())
                return before
            self.scanned = len(self.pending)
            deadline = self._shorten(deadline)
            left = deadline - time.monotonic()
            if left <= 0:
                self.fail("no sign of %s, having waited up to %d s" % (what, timeout))
            try:
                self._receive(left)
            except EOFError:
                self.fail("the machine ended while waiting for %s" % what)

    def _shorten(self, deadline):
        """Nobody waits long for a machine that has said its last words."""
        return min(deadline, time.monotonic() + FATAL_GRACE) if self.is_fatal else deadline

    def wait_prompt(self):
        """From power-on to the prompt; answers the boot's lines."""
        self.boot_lines = self.expect(PROMPT, self.spec.timeout, "the prompt").splitlines()
        return self.boot_lines

    def send(self, data):
        """Bytes as they are, to the serial port."""
        deadline = time.monotonic() + COMMAND_TIMEOUT
        while data:
            if not select.select([], [self.keyboard], [], max(deadline - time.monotonic(), 0))[1]:
                self.fail("the serial port takes no more bytes")
            data = data[os.write(self.keyboard, data[:256]):]

    def run(self, line, timeout=COMMAND_TIMEOUT):
        """Types a line at the prompt; answers the output's lines whether the command failed or not."""
        while self._receive(0):
            pass
        self._forget(len(self.pending))
        self.send((line if isinstance(line, bytes) else line.encode()) + b"\r")
        self.expect(r"\n", timeout, "the echo of %r" % line)
        return self.expect(PROMPT, timeout, "the prompt after %r" % line).splitlines()

    def command(self, line, timeout=COMMAND_TIMEOUT):
        """Runs a command that must succeed."""
        lines = self.run(line, timeout)
        if error_of(lines) is not None:
            raise MachineError("%r failed: %s" % (line, "\n".join(lines)))
        return lines

    def refused(self, line):
        """Runs a command that must fail; answers its reason."""
        lines = self.run(line)
        if error_of(lines) is None:
            raise MachineError("%r did not fail: %s" % (line, "\n".join(lines)))
        return error_of(lines)

    def json(self, line, kind=None, timeout=COMMAND_TIMEOUT):
        """The objects a listing command prints, all or those of one type."""
        objects = self.objects(self.command(line + " --json", timeout))
        return [found for found in objects if kind is None or found["type"] == kind]

    @staticmethod
    def objects(lines):
        """The objects among lines, each as the contract says."""
        return CONTRACT.check([json.loads(text) for text in lines if text.startswith("{")])

    def is_silent(self, seconds, rounds=10):
        """Takes in what comes until nothing has come for so long; false when something came in each of the rounds."""
        return any(not self._receive(seconds) for _ in range(rounds))

    def settle(self):
        """After bytes of any kind: cancels the line, and knows by a word of its own that all of them are done with.
        Answers what was said until then."""
        self.settled += 1
        word = "settled-%d" % self.settled
        self.send(b"\x03" + word.encode() + b"\r")
        before = self.expect(r"^signalbox> %s\r?\n" % word, COMMAND_TIMEOUT, "the prompt after Ctrl-C")
        self.expect(PROMPT, COMMAND_TIMEOUT, "the prompt after an unknown command")
        return before

    # ---- looking inside ----

    def monitor(self, line):
        return self.qmp.monitor(line)

    def read_memory(self, address, count):
        """`count` 32-bit words at a physical address, as QEMU sees them."""
        text = self.monitor("xp /%dxw 0x%x" % (count, address))
        return [int(word, 16) for line in text.splitlines() for word in line.split(":")[1].split()]

    def state(self):
        """Where the processors are and what their interrupt controllers hold."""
        parts = []
        for line in ["info status", *("info lapic %d" % cpu for cpu in range(min(self.spec.cpus, 8))), "info pic",
                     "info registers -a"]:
            try:
                parts.append("== %s ==\n%s" % (line, self.monitor(line)))
            except (RuntimeError, OSError, EOFError, ValueError) as error:
                parts.append("== %s ==\n%s" % (line, error))
        return "\n".join(parts)

    def fail(self, reason):
        """Raises MachineError with the last serial lines and the state; the whole of both goes to the log directory."""
        self.broken = True
        state = self.state() if self.qmp and self.process.poll() is None else "QEMU has ended: status %s" % self.process.poll()
        with open(self.log_path("state.txt"), "w", encoding="utf-8") as file:
            file.write(state)
        self._write_transcript()
        tail = "\n".join(self.transcript.splitlines()[-40:])
        short = "\n".join(line for line in state.splitlines() if _TELLING.match(line))
        raise MachineError("%s: %s\n--- last serial lines ---\n%s\n--- state (all of it: %s) ---\n%s"
                           % (self.spec.name, reason, tail, self.log_path("state.txt"), short[:6000]))

    def _write_transcript(self):
        with open(self.log_path("serial.log"), "w", encoding="utf-8") as file:
            file.write(self.transcript.replace("\r", ""))

    # ---- the end ----

    def shut_down(self):
        """Has the guest itself switched the machine off?"""
        return any(event.get("data", {}).get("reason") == "guest-shutdown" for event in self.qmp.events)

    def wait_exit(self, timeout=None, on_text=None):
        """Waits until QEMU has ended by itself; answers its status. `on_text` gets the serial text as it comes."""
        deadline = time.monotonic() + (timeout or self.spec.timeout)
        try:
            while time.monotonic() < deadline:
                deadline = self._shorten(deadline)
                text = self._receive(deadline - time.monotonic())
                if on_text and text:
                    on_text(text)
            self.fail("still running, having waited up to %d s" % (timeout or self.spec.timeout))
        except EOFError:
            pass
        self.qmp.drain_events()
        status = self.process.wait(timeout=CONTROL_TIMEOUT)
        self.stop()
        return status

    def stop(self):
        """Ends QEMU if it still runs. Once more does nothing."""
        if self.speech.closed:
            return
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=CONTROL_TIMEOUT)
        self.speech.close()
        os.close(self.keyboard)
        self._write_transcript()
        self.private.cleanup()


def error_of(lines):
    """The reason of a failed command, None when it succeeded."""
    own = [line for line in lines if line and not LOG_LINE.match(line)]
    return own[-1][len("error: "):] if own and own[-1].startswith("error: ") else None


def end_with_parent():
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
