"""Secure Boot refuses the file as it is built and starts it once it is signed with an enrolled key."""

import os
import subprocess

import places
import pytest
from machine import BUILD, ROOT, built
from machines import SMALL

CODE, _, KEY, CERTIFICATE = (places.files("secure-firmware") + [""] * 4)[:4]
pytestmark = pytest.mark.skipif(not os.path.exists(CODE), reason="this system's OVMF has no Secure Boot with a known key")
SECURE = SMALL.but("secure", boot="fat", secure=True)


def test_an_unsigned_file_is_refused(start):
    box = start(SECURE)
    box.expect("Access Denied", box.spec.timeout)
    assert "Signalbox" not in box.transcript


def test_the_signed_file_boots_and_its_signature_covers_what_shim_asks_for(start, tmp_path):
    key, signed = tmp_path / "key", tmp_path / "signed.efi"
    subprocess.run(["openssl", "rsa", "-in", KEY, "-passin", "pass:snakeoil", "-out", str(key)], check=True, capture_output=True, timeout=60)
    subprocess.run(["sbsign", "--key", str(key), "--cert", CERTIFICATE, "--output", str(signed), built("BOOTX64.EFI")],
                   check=True, capture_output=True, timeout=60)
    box = start(SECURE.but("signed", efi=str(signed)))
    box.wait_prompt()
    assert box.json("selftest")[-1]["failed"] == 0


def test_make_sign_signs_the_file_and_the_image(tmp_path):
    key = tmp_path / "key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", str(key),
                    "-out", str(tmp_path / "cert")], check=True, capture_output=True, timeout=60)
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make", "sign", "KEY=%s" % key, "CERT=%s" % (tmp_path / "cert")], cwd=ROOT, env=own,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Signature verification OK")
    on_image = subprocess.run(["mtype", "-i", os.path.join(BUILD, "signed/signalbox.img@@1M"), "::EFI/BOOT/BOOTX64.EFI"],
                              stdout=subprocess.PIPE, timeout=60, check=True).stdout
    with open(os.path.join(BUILD, "signed/BOOTX64.EFI"), "rb") as file:
        assert on_image == file.read()


def test_the_file_names_itself_and_its_generation_to_shim():
    table = subprocess.run(["objcopy", "-O", "binary", "-j", ".sbat", built("BOOTX64.EFI"), "/dev/stdout"],
                           stdout=subprocess.PIPE, check=True, timeout=60).stdout.rstrip(b"\0").decode()
    lines = [line.split(",") for line in table.splitlines()]
    assert [(line[0], line[1], len(line)) for line in lines] == [("sbat", "1", 6), ("signalbox", "1", 6)]
