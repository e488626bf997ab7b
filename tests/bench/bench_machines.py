"""The machines that figures come from, the same for Signalbox and for Linux: processors, devices, clock.

With this clock the time stamp counter ticks once an instruction of any processor, and with the host's time where all of
them halt: were it to jump to the next timer there, seconds of waiting would pass before a busy host has read its disk.
Both kernels are started by QEMU's own BIOS.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "machine"))
from machines import NVME, Spec  # noqa: E402

CLOCK = ("-icount", "shift=0,sleep=on")
# QEMU 10 ends itself ("Bad icount read") when the timer of an x2APIC is touched under this clock.
CPU = "max,-monitor,-x2apic"

# A disk, a function with as many messages as there can be, and the two devices that fire a message at one store.
DEVICES = (NVME, "nvme,serial=wide,max_ioqpairs=2047,msix_qsize=2048", "edu", "rocker,name=sw0")

# Figures of one processor, and those that need a second one or the vectors of many.
ONE = Spec("bench-one", boot="direct", cpu=CPU, cpus=1, memory="512M", devices=DEVICES, options=CLOCK, timeout=900)
MANY = ONE.but("bench-many", cpus=16)
MACHINES = {"one": ONE, "many": MANY}


def described():
    """name -> the machine's options, as a reader of the figures needs them."""
    return {name: "-M %s -cpu %s -smp %d -m %s %s %s" % (spec.board, spec.cpu, spec.cpus, spec.memory, " ".join(spec.options),
                                                       " ".join("-device " + device for device in spec.devices))
            for name, spec in MACHINES.items()}
