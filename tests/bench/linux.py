#!/usr/bin/python3
"""Boots Debian's Linux on the machines that Signalbox is measured on, and collects what its measuring module finds.

usage: tests/bench/linux.py DIRECTORY [BOOTS]     reads DIRECTORY/linux (tests/bench/linux.sh), writes DIRECTORY/linux.json

QEMU loads the kernel itself, without firmware. Each machine is booted BOOTS times (3); the median of a figure is the
median of its boots' medians, which are kept beside it.
"""

import concurrent.futures
import json
import os
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import bench_machines
import machine

BOOT_TIMEOUT = 1800  # seconds from power-on to power-off on a slow host
POLL_INTERVAL = 0.2  # seconds
WORDS = "console=ttyS0 quiet mitigations=off nokaslr tsc=reliable cryptomgr.notests idle=halt"
# Stopped at an instruction: an RDTSC in its place, executed alone, and all as before.
READ_COUNTER = ("set $code = {short}$pc", "set $a = $rax", "set $d = $rdx", "set $at = $pc", "set {short}$pc = 0x310f", "stepi",
                'printf "counter %lu\\n", ($rdx << 32) + $rax', "set {short}$at = $code", "set $rax = $a", "set $rdx = $d", "set $pc = $at")
# Of a bzImage (Documentation/arch/x86/boot.rst): sectors of the real-mode part, then the payload's place behind them.
SETUP_SECTORS, PAYLOAD = 0x1f1, 0x248
ZSTD = b"\x28\xb5\x2f\xfd"


class LinuxError(Exception):
    """A boot that did not come to its end, or said something it should not."""


def command_line(spec, directory, private):
    """QEMU's: the machine of the specification, with Linux in place of firmware and Signalbox; it waits for a debugger."""
    kernel = os.path.join(directory, "linux")
    return machine.hardware(spec) + [
        "-kernel", os.path.join(kernel, "vmlinuz"), "-initrd", os.path.join(kernel, "initramfs.cpio"),
        "-append", "%s steps=%s" % (WORDS, spec.name.replace("-", "_")), "-serial", "file:" + os.path.join(private, "serial"),
        "-monitor", "none", "-S", "-gdb", "unix:%s,server=on,wait=off" % os.path.join(private, "gdb")]


def wait_for(path, process):
    while not os.path.exists(path):
        if process.poll() is not None:
            raise LinuxError("QEMU did not start")
        time.sleep(POLL_INTERVAL)


def kernel_entry(path):
    """Where the kernel proper begins when it was decompressed and its place was not chosen at random."""
    with open(path, "rb") as file:
        data = file.read()
    offset, length = struct.unpack_from("<II", data, PAYLOAD)
    start = (data[SETUP_SECTORS] + 1) * 512 + offset
    packed = data[start:start + length]
    if not packed.startswith(ZSTD):
        raise LinuxError("%s is not compressed by zstd" % path)
    # Behind the compressed stream stands its length, which zstd complains about after having done its work.
    header = subprocess.run(["zstd", "-dcq"], input=packed, capture_output=True, check=False).stdout[:64]
    if not header.startswith(b"\x7fELF"):
        raise LinuxError("%s holds no ELF file" % path)
    return struct.unpack_from("<Q", header, 24)[0]


def counter_at(address, private):
    """Lets the machine run to the address, answers its time stamp counter there, and lets it run on."""
    commands = ["set architecture i386:x86-64", "target remote " + os.path.join(private, "gdb"), "hbreak *%#x" % address, "continue",
                *READ_COUNTER, "detach"]
    line = ["gdb", "-nx", "-batch", *(word for command in commands for word in ("-ex", command))]
    said = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=BOOT_TIMEOUT, check=False)
    found = re.search(r"^counter (\d+)$", said.stdout, re.MULTILINE)
    if not found:
        raise LinuxError("gdb did not see the kernel begin:\n" + said.stdout + said.stderr)
    return int(found[1])


def read(path):
    """What a guest or QEMU has left there, "" when it has not."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().replace("\r", "")


def boot(spec, directory):
    """One boot from power-on to power-off: the counter at the kernel's entry, and what the serial port said."""
    with tempfile.TemporaryDirectory(prefix="signalbox-") as private:
        log = os.path.join(private, "qemu.log")
        with open(log, "w", encoding="utf-8") as errors:
            process = subprocess.Popen(command_line(spec, directory, private), stdin=subprocess.DEVNULL, stdout=errors,
                                       stderr=errors, preexec_fn=machine.end_with_parent)
        try:
            wait_for(os.path.join(private, "gdb"), process)
            entry = counter_at(kernel_entry(os.path.join(directory, "linux", "vmlinuz")), private)
            status = process.wait(timeout=BOOT_TIMEOUT)
            if status:
                raise LinuxError("QEMU ended with status %d" % status)
        except (LinuxError, subprocess.TimeoutExpired) as error:
            raise LinuxError("%s: %s\n%s%s" % (spec.name, error, read(log), read(os.path.join(private, "serial"))[-2000:])) from error
        finally:
            process.kill()
            process.wait()
        return entry, read(os.path.join(private, "serial"))


def figures_of(entry, said, name):
    """What one boot measured: name -> figure. LinuxError: a step failed."""
    objects = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    complaints = [line for line in said.splitlines() if line.startswith("bench: ") and "taint" not in line]
    if complaints or "steps done" not in said.splitlines():
        raise LinuxError("%s did not measure all: %s" % (name, "; ".join(complaints) or said[-2000:]))
    figures = {found.pop("name"): found for found in objects if found.pop("type") == "bench"}
    reached = [found["value"] for found in objects if found.get("at") == "init"]
    if reached:
        value = reached[0] - entry
        figures["boot"] = {"unit": "instructions", "count": 1, **dict.fromkeys(("min", "median", "p99", "max"), value)}
    return figures


def together(figures):
    """One figure out of those of several boots."""
    return {"count": sum(one["count"] for one in figures), "min": min(one["min"] for one in figures),
            "median": statistics.median_low([one["median"] for one in figures]),
            "p99": statistics.median_low([one["p99"] for one in figures]), "max": max(one["max"] for one in figures),
            "unit": figures[0]["unit"], "medians": [one["median"] for one in figures]}


def measure(directory, boots):
    """name -> figure, of all machines; where two have the same figure (the boot), that of the first counts."""
    specs = [spec for spec in bench_machines.MACHINES.values() for _ in range(boots)]

    def run(spec):
        found = figures_of(*boot(spec, directory), spec.name)
        print("linux: %s: %d figures" % (spec.name, len(found)), flush=True)
        return found

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(run, specs))
    figures = {}
    for first in range(0, len(specs), boots):
        for name in outcomes[first]:
            figures.setdefault(name, together([one[name] for one in outcomes[first:first + boots] if name in one]))
    return figures


def main():
    directory = os.path.abspath(sys.argv[1])
    boots = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    try:
        figures = measure(directory, boots)
    except (LinuxError, machine.MachineError) as error:
        print("linux: %s" % error, file=sys.stderr)
        return 1
    with open(os.path.join(directory, "linux", "version"), encoding="ascii") as file:
        version = file.read().strip()
    with open(os.path.join(directory, "linux.json"), "w", encoding="utf-8") as file:
        json.dump({"linux": version, "words": WORDS, "boots": boots, "machine": bench_machines.described(), "figures": figures},
                  file, indent=1)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
