"""The installer and what finds things, on made-up systems: no dpkg, no apt, other places, other names."""

import os
import re
import stat
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
INSTALL = os.path.join(ROOT, "tests/install.sh")
FIND = os.path.join(HERE, "find.sh")
GROUPS = ("build", "run", "machine", "test", "trace")
PACKAGE_TOOLS = re.compile(r"dpkg|apt|add-apt-repository|sudo$")
OWN_SETTINGS = ("QEMU", "OVMF", "OVMF_CODE", "OVMF_VARS", "GNU_EFI", "FONT", "PCI_IDS", "PYTHON", "CROSS_COMPILE", "CC", "MAKEFLAGS")

SYSTEMS = {
    "debian12": 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
    "debian13": 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n',
    "ubuntu": 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n',
    "fedora": "ID=fedora\nVERSION_ID=42\n",
    "arch": "ID=arch\n",
    "nixos": 'ID=nixos\nVERSION_ID="25.05"\n',
}


class Host:
    """A system of its own: its commands are links into a directory, its name and places are files."""

    def __init__(self, directory, system):
        self.bin = directory / "bin"
        self.bin.mkdir()
        (directory / "os-release").write_text(SYSTEMS[system])
        self.environment = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        self.environment.update(PATH=str(self.bin), OS_RELEASE=str(directory / "os-release"))

    def link_all_but(self, pattern):
        for directory in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
            for name in os.listdir(directory):
                if not re.match(pattern, name) and not (self.bin / name).is_symlink():
                    (self.bin / name).symlink_to(os.path.join(directory, name))

    def script(self, name, text):
        path = self.bin / name
        if path.is_symlink() or path.exists():
            path.unlink()
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def run(self, *command, **settings):
        return subprocess.run(command, env={**self.environment, **settings}, stdin=subprocess.DEVNULL, cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)

    def install(self, *groups, **settings):
        return self.run(INSTALL, *groups, **settings)


@pytest.fixture
def host(tmp_path):
    """A system that has all commands of this one but those of packages."""
    def make(system):
        made = Host(tmp_path, system)
        made.link_all_but(PACKAGE_TOOLS)
        return made
    return make


def with_apt(made, suites, is_root):
    """An apt that knows the suites and writes what it is asked for into a file; answers that file."""
    log = made.bin.parent / "apt.log"
    lines = "\n".join("'http://mirror.example/%s/InRelease' x 0" % suite for suite in suites)
    made.script("apt-get", 'if [ "$1" = --print-uris ]; then cat <<\\END\n%s\nEND\nelse echo "$*" >>%s; fi\n' % (lines, log))
    made.script("id", "echo %d\n" % (0 if is_root else 1000))
    return log


def printed_line(said):
    lines = [line for line in said.splitlines() if line.startswith("sudo ")]
    assert len(lines) == 1, said
    return lines[0]


def test_nothing_is_asked_of_dpkg_where_everything_is_there(host):
    done = host("fedora").install(*GROUPS)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("system, command", [
    ("fedora", "sudo dnf install edk2-ovmf gnu-efi-devel hwdata"),
    ("arch", "sudo pacman -S --needed edk2-ovmf gnu-efi hwdata"),
])
def test_what_is_missing_has_the_name_it_has_there(host, system, command):
    done = host(system).install("build", "run", PREFIXES="/nowhere")
    assert done.returncode == 1
    assert "missing: gnu-efi (makes the loader an EFI application)" in done.stdout
    assert printed_line(done.stdout) == command


def test_a_system_nobody_knows_gets_everybodys_names(host):
    done = host("nixos").install("build", PREFIXES="/nowhere")
    assert done.returncode == 1
    assert "pci.ids (the names of devices): Debian and Ubuntu: pci.ids; Fedora: hwdata; Arch: hwdata" in done.stdout
    assert "install the above by hand" in done.stdout


def test_without_root_on_ubuntu_the_line_names_universe_and_no_backports(host):
    made = host("ubuntu")
    with_apt(made, ["ubuntu/dists/noble", "ubuntu/dists/noble-updates"], is_root=False)
    line = printed_line(made.install("build", "run", PREFIXES="/nowhere").stdout)
    assert "add-apt-repository -y universe" in line
    assert "backports" not in line
    assert line.endswith("fonts-spleen gnu-efi ovmf pci.ids'")


@pytest.mark.parametrize("system", ["debian12", "debian13"])
def test_a_first_look_needs_no_second_suite(host, system):
    made = host(system)
    made.script("qemu-system-x86_64", "echo QEMU emulator version 7.2.22\n")
    with_apt(made, ["debian/dists/bookworm"], is_root=False)
    done = made.install("build", "run")
    assert (done.returncode, done.stdout) == (0, "")


def test_on_debian_12_the_tests_take_qemu_from_backports_in_the_call_that_installs_the_rest(host):
    made = host("debian12")
    made.script("qemu-system-x86_64", "echo QEMU emulator version 7.2.22\n")
    (made.bin / "trace-cmd").unlink()
    with_apt(made, ["debian/dists/bookworm"], is_root=False)
    line = printed_line(made.install(*GROUPS).stdout)
    assert "http://mirror.example/debian bookworm-backports main" in line
    calls = [call for call in re.split(r"; | \|\| ", line) if "apt-get install" in call]
    assert len(calls) == 2, "from the release, and should that not fit, from the second suite"
    for call in calls:
        assert "qemu-system-x86/bookworm-backports" in call and "trace-cmd" in call and "--no-remove" in call
    assert "-t bookworm-backports" in calls[1]


def test_a_suite_that_is_there_is_not_added_again(host):
    made = host("debian12")
    made.script("qemu-system-x86_64", "echo QEMU emulator version 7.2.22\n")
    with_apt(made, ["debian/dists/bookworm", "debian/dists/bookworm-backports"], is_root=False)
    line = printed_line(made.install("machine").stdout)
    assert "sources.list.d" not in line and "-t bookworm-backports" in line


def test_root_runs_the_line_that_others_are_shown(host):
    made = host("debian13")
    with_apt(made, ["debian/dists/trixie"], is_root=False)
    shown = printed_line(made.install("build", PREFIXES="/nowhere").stdout)
    log = with_apt(made, ["debian/dists/trixie"], is_root=True)
    done = made.install("build", PREFIXES="/nowhere")
    line = re.search(r"installs, as root: (.*)", done.stdout)[1]
    assert shown == "sudo sh -c '%s'" % line
    asked = log.read_text().splitlines()
    assert asked[0] == "update -q" and asked[1].endswith("fonts-spleen gnu-efi pci.ids")
    assert done.returncode == 1 and "still missing: gnu-efi,font,pci.ids" in done.stdout, "that apt brings nothing"


def test_a_qemu_of_ones_own_is_not_replaced_by_a_package(host):
    made = host("debian13")
    made.script("my-qemu", "echo QEMU emulator version 8.2.0\n")
    log = with_apt(made, ["debian/dists/trixie"], is_root=True)
    done = made.install("machine", QEMU="my-qemu")
    assert done.returncode == 1 and "my-qemu is version 8" in done.stdout
    assert not log.exists()


@pytest.mark.parametrize("code, variables", [
    ("share/OVMF/OVMF_CODE_4M.fd", "share/OVMF/OVMF_VARS_4M.fd"),
    ("share/edk2/x64/OVMF_CODE.4m.fd", "share/edk2/x64/OVMF_VARS.4m.fd"),
    ("share/edk2/ovmf/OVMF_CODE_4M.qcow2", "share/edk2/ovmf/OVMF_VARS_4M.qcow2"),
    ("share/qemu/edk2-x86_64-code.fd", "share/qemu/edk2-i386-vars.fd"),
    ("share/OVMF/OVMF_CODE.fd", "share/OVMF/OVMF_VARS.fd"),
])
def test_firmware_is_found_where_systems_keep_it(host, tmp_path, code, variables):
    files = [tmp_path / "usr" / name for name in (code, variables)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    done = host("fedora").run(FIND, "firmware", PREFIXES="%s/usr" % tmp_path)
    assert (done.returncode, done.stdout.split()) == (0, [str(file) for file in files])


def test_code_without_its_variables_is_no_firmware(host, tmp_path):
    (tmp_path / "share/OVMF").mkdir(parents=True)
    (tmp_path / "share/OVMF/OVMF_CODE_4M.fd").write_text("")
    assert host("arch").run(FIND, "firmware", PREFIXES=str(tmp_path)).returncode == 1


def test_a_directory_of_firmware_can_be_named(host, tmp_path):
    for name in ("OVMF_CODE.fd", "OVMF_VARS.fd"):
        (tmp_path / name).write_text("")
    done = host("arch").run(FIND, "firmware", OVMF=str(tmp_path))
    assert done.stdout.split() == [str(tmp_path / "OVMF_CODE.fd"), str(tmp_path / "OVMF_VARS.fd")]


@pytest.mark.parametrize("machine, others, prefix", [
    ("x86_64-redhat-linux", (), ""),
    ("aarch64-linux-gnu", ("x86_64-linux-gnu-gcc",), "x86_64-linux-gnu-"),
    ("arm64-apple-darwin24", ("x86_64-elf-gcc",), "x86_64-elf-"),
    ("x86_64-apple-darwin24", (), None),
    ("aarch64-linux-gnu", (), None),
])
def test_the_compiler_for_x86_64_is_found(host, machine, others, prefix):
    made = host("fedora")
    for name in ("x86_64-linux-gnu-gcc", "x86_64-elf-gcc"):
        made.script(name, "exit 1\n")
    made.script("gcc", "echo %s\n" % machine)
    for name in others:
        made.script(name, "echo %s\n" % name[:-len("-gcc")])
    done = made.run(FIND, "cross")
    assert done.returncode == (prefix is None)
    if prefix is not None:
        assert done.stdout == prefix + "\n"


def test_every_need_names_a_package_of_debian_or_a_system_that_has_it():
    with open(os.path.join(HERE, "needs.list"), encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("|") for line in file if "|" in line and not line.startswith("#")]
    assert len(lines) > 40
    for fields in lines:
        assert len(fields) == 7, fields
        assert fields[3].strip() not in ("", "-"), fields
