"""QEMU's command line for a machine of machines.py: the board, its firmware, and what is booted how."""

import os
import shlex
import shutil

import direct
import image
import places

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.path.join(ROOT, os.environ.get("BUILD") or "build"))
QEMU = os.environ.get("QEMU") or "qemu-system-x86_64"
ACCEL = os.environ.get("ACCEL") or "tcg"
FIRMWARE = places.files("firmware")
OVMF_CODE = os.environ.get("OVMF_CODE") or FIRMWARE[0]
OVMF_VARS = os.environ.get("OVMF_VARS") or FIRMWARE[1]


class MachineError(AssertionError):
    """The machine did not do what was waited for; the text holds what it said last and the state it was in."""


def built(name):
    path = os.path.join(BUILD, name)
    if not os.path.exists(path):
        raise MachineError("%s is not built: run make" % path)
    return path


def _volume(spec, directory):
    """The disk of a boot of the kinds "fat", "uboot", "tables" and "shell"."""
    product = built("BOOTX64.EFI")
    if spec.boot in ("fat", "uboot"):
        return image.volume(directory, {"EFI/BOOT/BOOTX64.EFI": spec.efi or product,
                                        "EFI/BOOT/signalbox.cfg": spec.words.encode() + b"\n"})
    files = {"signalbox.efi": product, **image.tables(spec.tables, spec.tables_beside)}
    has_tables = spec.tables or spec.tables_beside
    if has_tables:
        files["EFI/BOOT/BOOTX64.EFI" if spec.boot == "tables" else "tables.efi"] = built("tests/tables.efi")
    if spec.boot == "shell":
        files["startup.nsh"] = image.script(spec.shell, "tables.efi" if has_tables else "signalbox.efi")
    return image.volume(directory, files)


def _boot_arguments(spec, directory):
    if spec.boot in ("options", "bios"):  # they say what is booted
        return []
    if spec.boot == "kernel":
        return ["-kernel", built("BOOTX64.EFI"), *(["-append", spec.words] if spec.words else [])]
    if spec.boot == "direct":
        path = os.path.join(directory, "direct.img")
        direct.create(path, built("kernel.elf"), spec.words, megabytes(spec.memory) << 20, directory)
        return ["-kernel", path]
    if spec.boot in ("fat", "uboot", "tables", "shell"):
        line = ["-drive", "if=none,id=boot,format=raw,file=" + _volume(spec, directory),
                "-device", "ide-hd,drive=boot,bus=ide.0,bootindex=0"]
        # The name that a shell started it by would be its load options; fw_cfg goes before them.
        words = ["-fw_cfg", "name=opt/org.signalbox/cmdline,string=" + spec.words.replace(",", ",,")]
        return line + words if spec.words and spec.boot in ("tables", "shell") else line
    if spec.boot == "cd":
        return ["-drive", "if=none,id=boot,format=raw,media=cdrom,readonly=on,file=" + built("signalbox.iso"),
                "-device", "ide-cd,drive=boot,bus=ide.0,bootindex=0"]
    stick = shutil.copy(built("signalbox.iso" if spec.boot == "usb-iso" else "signalbox.img"), directory)
    return ["-drive", "if=none,id=boot,format=raw,file=" + stick, "-device", "qemu-xhci",
            "-device", "usb-storage,drive=boot,bootindex=0"]


def _firmware_arguments(spec, directory):
    """UEFI, with variables of its own; QEMU's own BIOS where no UEFI program is booted."""
    if spec.boot in ("direct", "bios"):
        return []
    if spec.boot == "uboot":
        return ["-bios", places.files("u-boot")[0]]
    code, variables = places.files("secure-firmware")[:2] if spec.secure else (OVMF_CODE, OVMF_VARS)
    own = shutil.copyfile(variables, os.path.join(directory, os.path.basename(variables)))
    of_code, of_variables = ("qcow2" if path.endswith(".qcow2") else "raw" for path in (code, own))
    # Secure Boot's variables are written by system management mode alone.
    guard = ["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"] if spec.secure else []
    return guard + ["-drive", "if=pflash,unit=0,format=%s,readonly=on,file=%s" % (of_code, code),
                    "-drive", "if=pflash,unit=1,format=%s,file=%s" % (of_variables, own)]


def megabytes(text):
    """QEMU's way of saying how much memory: 512M, 2G."""
    return int(text[:-1]) << {"M": 0, "G": 10}[text[-1]]


def hardware(spec):
    """QEMU's command line for the board and what is in it, whatever is booted there."""
    disk = os.path.join(BUILD, "disk.img")
    image.create(disk)
    line = [QEMU, "-M", spec.board, "-accel", ACCEL, "-cpu", spec.cpu, "-smp", str(spec.cpus), "-m", spec.memory,
            "-nodefaults", "-display", "none", "-no-reboot", "-no-user-config",
            "-drive", "if=none,id=disk,format=raw,readonly=on,file=" + disk,
            "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if any("netdev=net," in device for device in spec.devices):
        line += ["-netdev", "user,id=net,restrict=on"]
    for device in spec.devices:
        line += ["-device", device]
    return line + list(spec.options)


def arguments(spec, directory, extra=""):
    """QEMU's whole command line but for serial port and monitor. `directory` gets the private files."""
    return hardware(spec) + _firmware_arguments(spec, directory) + _boot_arguments(spec, directory) + shlex.split(extra)
