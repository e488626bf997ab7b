#!/usr/bin/python3
"""How Signalbox' costs grow: the same figures on machines of 1 to 255 processors, and of 10 to 4000 messages.

usage: tests/bench/scale.py DIRECTORY README [NAME...]      writes DIRECTORY/scale.json, scale.svg; NAME: cpus-16, messages-100, ...

What other machines measured before stays in scale.json. When all of them were measured the README's table is refreshed as well,
and the picture beside it. A figure that a machine cannot give (one processor moves no message) is a gap.
"""

import concurrent.futures
import datetime
import json
import os
import shutil
import sys
import time

sys.dont_write_bytecode = True
import bench_machines  # noqa: E402
import measure  # noqa: E402
import scale_machines  # noqa: E402
import scale_plot  # noqa: E402
import table  # noqa: E402
from machine import Machine, MachineError  # noqa: E402

PICTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scale.svg")

# What is asked of each machine, and what of it goes into the table, by the column's heading.
ASKED = ("message", "msix_round_trip", "self_ipi", "connect", "retarget", "offline", "boot")
COLUMNS = (("CPUs", "cpus"), ("functions", "functions"), ("messages", "messages"), ("interrupt", "message_round_trip"),
           ("self-IPI", "self_ipi"), ("connect 1", "connect_1"), ("each of 64", "connect_64"), ("each of 2048", "connect_2048"),
           ("move", "retarget"), ("CPU offline", "offline"), ("boot", "boot"), ("KiB in use", "used"))


def machines():
    """name -> specification, those first that keep the emulator busy longest."""
    specs = [*map(scale_machines.with_cpus, scale_machines.CPU_COUNTS), *map(scale_machines.with_messages, scale_machines.MESSAGE_COUNTS)]
    specs.sort(key=lambda spec: spec.cpus * len(spec.devices), reverse=True)
    return {spec.name.replace("scale-", ""): spec for spec in specs}


def sample(spec):
    """Boots one machine; answers name -> number."""
    start = time.monotonic()
    with Machine(spec) as box:
        box.wait_prompt()
        found = {"version": box.json("version")[0]["text"], "cpus": spec.cpus, "used": box.json("memory")[0]["used"],
                 "functions": len(box.json("pci", "function", measure.RUN_TIMEOUT)),
                 "messages": len(box.json("messages", "message", measure.RUN_TIMEOUT))}
        figures, _ = measure.ask(box, ASKED)
    found.update((name, figure["median"]) for name, figure in figures.items())
    if "connect_2048" in figures:
        found["bytes"] = figures["connect_2048"]["bytes"]
    print("scale: %s took %d s" % (spec.name, time.monotonic() - start), flush=True)
    return found


def sample_all(specs, found):
    """Puts each machine's sample into `found`, as many machines at a time as there are processors; answers why some failed."""
    failures = []
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = {pool.submit(sample, spec): name for name, spec in specs.items()}
        for job in concurrent.futures.as_completed(jobs):
            try:
                found[jobs[job]] = job.result()
            except MachineError as error:
                failures.append("%s: %s" % (jobs[job], error))
    return failures


def rows_of(found, axis):
    """An axis' samples, the smallest machine first."""
    return sorted((row for name, row in found.items() if name.startswith(axis + "-")), key=lambda row: row[axis])


def cells(name, row):
    numbers = {**row, "used": row["used"] // 1024}
    return [name, *(table.number(numbers.get(key)) for _, key in COLUMNS)]


def table_of(found):
    """Headings, and a machine a row."""
    named = {axis: ["%s-%d" % (axis, row[axis]) for row in rows_of(found, axis)] for axis in scale_plot.AXES}
    return [["machine", *(heading for heading, _ in COLUMNS)], *(cells(name, found[name]) for names in named.values() for name in names)]


def slope(rows, key, by):
    """What one more of `by` costs, between the smallest and the largest machine."""
    first, last = rows[0], rows[-1]
    return (last[key] - first[key]) / (last[by] - first[by])


def growth(found):
    """What one more message and one more processor cost. More processors have more messages too: their records are taken off."""
    by_messages, by_cpus = rows_of(found, "messages"), rows_of(found, "cpus")
    record = by_messages[-1]["bytes"]
    return {"record": record, "message": round(slope(by_messages, "used", "messages")),
            "processor": round(slope(by_cpus, "used", "cpus") - record * slope(by_cpus, "messages", "cpus")),
            "message_boot": round(slope(by_messages, "boot", "messages")), "processor_boot": round(slope(by_cpus, "boot", "cpus"))}


def prose(costs):
    return ("One more message takes %(record)s bytes, and %(message)s with its driver's queues; one more processor %(processor)s, most of "
            "it stacks. To the boot they add %(message_boot)s and %(processor_boot)s instructions."
            % {name: table.number(cost) for name, cost in costs.items()})


def origin(result):
    one = bench_machines.ONE
    return ("`make bench-scale` on %s of %s, %s, `-M %s -cpu %s %s`; medians, in instructions. The machines whose messages grow have %d "
            "processors; behind each root port are four NVMe controllers of %d messages, two virtio-serial of %d and two virtio-rng of 2."
            % (result["date"], " and ".join(result["versions"]), result["qemu"], one.board, one.cpu, " ".join(one.options),
               scale_machines.MESSAGE_CPUS, 1 + scale_machines.MESSAGE_CPUS, scale_machines.MESSAGE_CPUS))


def write(directory, found):
    """The figures and their picture; answers both with where they come from."""
    result = {"date": datetime.date.today().isoformat(), "versions": sorted({row.get("version", "an older Signalbox") for row in found.values()}),
              "qemu": table.qemu_version(), "machines": found}
    if all(len(rows_of(found, axis)) > 1 for axis in scale_plot.AXES):
        result["growth"] = growth(found)
        scale_plot.draw(os.path.join(directory, "scale.svg"), {axis: rows_of(found, axis) for axis in scale_plot.AXES})
    with open(os.path.join(directory, "scale.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, sort_keys=True)
        file.write("\n")
    return result


def main():
    directory, readme, *names = sys.argv[1:]
    path = os.path.join(directory, "scale.json")
    found = table.read_json(path)["machines"] if os.path.exists(path) else {}
    specs = machines()
    unknown = [name for name in names if name not in specs]
    if unknown:
        print("scale: there is no machine '%s'; there are %s" % (unknown[0], ", ".join(specs)), file=sys.stderr)
        return 1
    failures = sample_all({name: specs[name] for name in names} if names else specs, found)
    result = write(directory, found)
    lines = table_of(found)
    print("\n".join([*result["versions"], *table.aligned(lines)]))
    if "growth" in result:
        print(prose(result["growth"]))
    for failure in failures:
        print("scale: %s" % failure, file=sys.stderr)
    if not names and not failures:
        table.refresh(readme, [origin(result), "", *table.in_markdown(lines), "", prose(result["growth"])], "scale")
        shutil.copyfile(os.path.join(directory, "scale.svg"), PICTURE)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
