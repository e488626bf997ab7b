"""Rehearses a folder of machines and compares each decode with iasl's and lspci's. One line a machine, then a table.

usage: tests/rehearse/zoo.py REHEARSE ZOO     ZOO holds firmware/ID/* and pc/NAME/*
"""

import collections
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys

import iasl
import lspci

TIMEOUT = 120  # seconds for one machine
SHOWN = 8  # differences of one machine
_NUMBER = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]|\b\d+\b")


def value_of(value):
    """Hexadecimal strings as numbers, so that either side may choose its digits."""
    if isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]+", value):
        return int(value, 16)
    if isinstance(value, list):
        return [value_of(item) for item in value]
    return {key: value_of(item) for key, item in value.items()} if isinstance(value, dict) else value


def agrees(found, expected):
    """Has `found` all that is expected? It may say more."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(agrees(found.get(key), value) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(agrees, found, expected))
    return found == expected


def refused_offsets(warnings, signature):
    """Where the kernel says that it left a record of this table out."""
    texts = [text for text in warnings if "ACPI table %s: " % signature in text and "offset" in text]
    return {int(text.rsplit("0x", 1)[1], 16) for text in texts}


def tables_compare(records, warnings, paths):
    """Differences between the rehearsal's records and iasl's, and how many records were compared."""
    differences, compared = [], 0
    first, tables = {}, [record["signature"] for record in records if record["type"] == "table"]
    for record in records:
        if record["type"] == "table" and not record["fault"]:
            first.setdefault(record["signature"], record["name"])
    for signature, reader in iasl.READERS.items():
        # A machine may have several HPETs, one a table; of each other kind the kernel reads the first.
        path = paths.get(first.get(signature)) if signature != "HPET" or tables.count("HPET") == 1 else None
        fields = iasl.disassemble(path) if path else None
        if not fields:
            continue
        try:
            expected = reader(fields, refused_offsets(warnings, signature))
        except (KeyError, IndexError, TypeError) as error:
            differences.append("%s: iasl's text has no %s" % (signature, error))
            continue
        kinds = {record["type"] for record in expected}
        left = [record for record in records if record["type"] in kinds]
        for record in expected:
            match = next((index for index, found in enumerate(left) if agrees(found, record)), None)
            compared += 1
            if match is None:
                if record["type"] == "fadt" and fadt_is_explained(left, record, warnings):
                    left.clear()
                    continue
                differences.append("%s: iasl has %s" % (signature, json.dumps(record)))
            else:
                left.pop(match)
        differences += ["%s: iasl has no %s" % (signature, json.dumps(record)) for record in left]
    return differences, compared


def fadt_is_explained(found, expected, warnings):
    """A reset register that the kernel refuses, with a reason, is missing, and nothing else differs."""
    is_refused = any("FACP: reset register" in text for text in warnings)
    rest = {key: value for key, value in expected.items() if key != "reset"}
    return is_refused and bool(found) and found[0]["reset"] is None and agrees(found[0], rest)


def function_of(record):
    """A "function" record in the form of lspci.decode()."""
    standard = [(item["offset"], item["id"]) for item in record["capabilities"]]
    msi, msix, bridge = record["msi"], record["msix"], record["bridge"]
    return {
        "class": record["class"] >> 8, "vendor": record["vendor"], "device": record["device"],
        "revision": record["revision"], "pin": record["interrupt_pin"],
        "bars": {bar["index"]: (bar["kind"], bar["address"], bar["prefetchable"]) for bar in record["bars"]},
        "standard": standard,
        "extended": [(item["offset"], item["id"]) for item in record["extended_capabilities"]],
        "msi": msi and {key: msi[key] for key in ("maximum", "maskable", "is_64bit")},
        "msix": msix and {"table_size": msix["table_size"], "table": (msix["table_bar"], msix["table_offset"]),
                          "pba": (msix["pba_bar"], msix["pba_offset"])},
        "subsystem": (record["subsystem_vendor"], record["subsystem_device"]),
        "bridge": bridge and (bridge["primary"], bridge["secondary"], bridge["subordinate"]),
    }


def lists_agree(found, expected):
    """Capabilities: all offsets, and the ids that lspci has a name for."""
    return len(found) == len(expected) and all(
        one[0] == other[0] and other[1] in (None, one[1]) for one, other in zip(found, expected))


def function_compare(address, found, expected, sizes, bars):
    for key in ("class", "vendor", "device", "revision", "pin", "msi", "msix", "bridge"):
        if found[key] != expected[key]:
            yield "%s: %s is %s, lspci has %s" % (address, key, found[key], expected[key])
    if expected["subsystem"] not in (None, found["subsystem"]):
        yield "%s: subsystem is %s, lspci has %s" % (address, found["subsystem"], expected["subsystem"])
    for key in ("standard", "extended"):
        if not lists_agree(found[key], expected[key]):
            yield "%s: %s capabilities are %s, lspci has %s" % (address, key, found[key], expected[key])
    if found["bars"] != expected["bars"]:
        yield "%s: BARs are %s, lspci has %s" % (address, found["bars"], expected["bars"])
    for bar in bars:
        size = sizes.get((address, bar["index"]))
        if size is not None and size != bar["size"]:
            yield "%s: BAR %d is of size %d, Linux has %d" % (address, bar["index"], bar["size"], size)


def functions_compare(records, explained, path):
    """`explained`: texts of warnings and notes; a function that one names as left out need not be there."""
    expected, sizes = lspci.decode(path), lspci.sizes(path)
    found = {record["bdf"]: record for record in records if record["type"] == "function"}
    differences = []
    for address, decoded in expected.items():
        record = found.pop(address, None)
        named = [text for text in explained if address in text]
        if record is None:
            if not named:
                differences.append("%s: lspci has it" % address)
        elif record["header"] > 1:
            if not named:
                differences.append("%s: header type %d without a word" % (address, record["header"]))
        else:
            differences += function_compare(address, function_of(record), decoded, sizes, record["bars"])
    return differences + ["%s: lspci does not have it" % address for address in found], len(expected)


def rehearse(program, machine):
    """A machine's outcome: (name, what went wrong as a crash, differences, warnings, records compared)."""
    name = os.path.join(*machine.rstrip("/").split(os.sep)[-2:])
    try:
        done = subprocess.run([program, "--json", machine], capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return name, "no end within %d s" % TIMEOUT, [], [], 0
    if done.returncode:
        return name, "status %d: %s" % (done.returncode, done.stderr.decode("latin-1")[:400]), [], [], 0
    try:
        records = [value_of(json.loads(line)) for line in done.stdout.decode("utf-8").splitlines()]
    except ValueError as error:
        return name, "output is no JSON: %s" % error, [], [], 0
    if not records or records[-1]["type"] != "rehearse_summary":
        return name, "no summary at the end", [], [], 0
    warnings = [record["text"] for record in records if record["type"] == "warning"]
    notes = [record["text"] for record in records if record["type"] == "dump_note"]
    paths = {os.path.basename(path): path for path in glob.glob(os.path.join(machine, "*"))}
    differences, compared = tables_compare(records, warnings, paths)
    if "lspci" in paths:
        more, count = functions_compare(records, warnings + notes, paths["lspci"])
        differences, compared = differences + more, compared + count
    return name, None, differences, warnings, compared


def main():
    program, zoo = sys.argv[1:]
    machines = sorted(glob.glob(os.path.join(zoo, "firmware", "*", "")) + glob.glob(os.path.join(zoo, "pc", "*", "")))
    kinds, equal, crashes, records = collections.Counter(), 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, crash, differences, warnings, compared in pool.map(lambda one: rehearse(program, one), machines):
            equal += not crash and not differences
            crashes += crash is not None
            records += compared
            kinds.update({_NUMBER.sub("N", text) for text in warnings})
            print("%-32s %4d records %s, %d warnings" % (
                name, compared, "CRASH: " + crash if crash else "differ" if differences else "equal", len(warnings)))
            for line in differences[:SHOWN]:
                print("    " + line)
            if len(differences) > SHOWN:
                print("    and %d more" % (len(differences) - SHOWN))
    print("\n%d machines, %d equal, %d crashes, %d records compared" % (len(machines), equal, crashes, records))
    for text, count in kinds.most_common():
        print("%5d machines: %s" % (count, text))
    return 0 if machines and equal == len(machines) else 1


if __name__ == "__main__":
    sys.exit(main())
