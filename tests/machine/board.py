"""QEMU's command line for a machine of machines.py: the board, its firmware, and what is booted how."""

import os
import shlex
import shutil
import subprocess

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


def _fat_disk(directory, efi, words):
    """A FAT disk with the program where firmware looks for it, and its command line beside it."""
    path = os.path.join(directory, "fat.img")
    config = os.path.join(directory, "signalbox.cfg")
    with open(config, "w", encoding="utf-8") as file:
        file.write(words + "\n")
    for command in (["mformat", "-C", "-i", path, "-T", "65536", "::"],
                    ["mmd", "-i", path, "::EFI", "::EFI/BOOT"],
                    ["mcopy", "-i", path, config, "::EFI/BOOT/"],
                    ["mcopy", "-i", path, efi or built("BOOTX64.EFI"), "::EFI/BOOT/BOOTX64.EFI"]):
        subprocess.run(command, check=True, timeout=300)
    return path


def _boot_arguments(spec, directory):
    if spec.boot in ("options", "bios"):  # they say what is booted
        return []
    if spec.boot == "kernel":
        return ["-kernel", built("BOOTX64.EFI"), *(["-append", spec.words] if spec.words else [])]
    if spec.boot == "direct":
        path = os.path.join(directory, "direct.img")
        direct.create(path, built("kernel.elf"), spec.words, megabytes(spec.memory) << 20, directory)
        return ["-kernel", path]
    if spec.boot == "shell":
        # The name the shell started it by would be its load options; fw_cfg goes before them.
        return ["-drive", "if=none,id=boot,format=raw,file=" + image.shell_disk(directory, spec.shell, built("BOOTX64.EFI")),
                "-device", "ide-hd,drive=boot,bus=ide.0,bootindex=0",
                "-fw_cfg", "name=opt/org.signalbox/cmdline,string=" + spec.words.replace(",", ",,")]
    if spec.boot in ("fat", "uboot"):
        return ["-drive", "if=none,id=boot,format=raw,file=" + _fat_disk(directory, spec.efi, spec.words),
                "-device", "ide-hd,drive=boot,bus=ide.0,bootindex=0"]
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


def _table_arguments(spec, directory):
    line = []
    for number, (options, data) in enumerate(spec.tables):
        path = os.path.join(directory, "table%d" % number)
        with open(path, "wb") as file:
            file.write(data)
        line += ["-acpitable", "%s,data=%s" % (options, path)]
    return line


def arguments(spec, directory, extra=""):
    """QEMU's whole command line but for serial port and monitor. `directory` gets the private files."""
    return hardware(spec) + _table_arguments(spec, directory) + _firmware_arguments(spec, directory) + _boot_arguments(spec, directory) + shlex.split(extra)
