"""The checks that need no machine. Each is one function that answers what it found; nothing found is a pass.

usage: tests/lint/lint.py [CHECK...]
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import documents  # noqa: E402
import rooms  # noqa: E402
import summary  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../machine"))
import places  # noqa: E402

BUILD = os.environ.get("BUILD") or "build"
CROSS = places.cross()
HERE = "tests/lint"
TEST_ROOMS = ("tests/unit", "tests/fuzz", "tests/fakes", "tests/lift", "tests/simulator", "tests/bochs", "tests/machine/tables")
LINE_LIMIT = 400
# What kernel/ asks of the machine below, each in the room that needs it.
SEAMS = ("kernel/core/host.h", "kernel/runtime/clock.h", "kernel/diagnose/inspect.h", "kernel/diagnose/raw.h", "kernel/trace/trace_host.h",
         "kernel/bench/bench_host.h")
# What gcc's stack protector refers to on its own.
COMPILER_SYMBOLS = {"__stack_chk_fail", "__stack_chk_guard"}
# Headers of the loader see GNU-EFI's.
EFI_HEADERS = os.path.dirname(places.files("gnu-efi")[2])
EFI_INCLUDES = ["-I" + EFI_HEADERS, "-I%s/x86_64" % EFI_HEADERS]


def files(*patterns):
    return sorted(path for pattern in patterns for path in glob.glob(pattern, recursive=True))


def sources():
    return files(*("%s/**/*.[ch]" % room for room in (*rooms.TOP, *TEST_ROOMS)))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def output_of(command, stdin=None):
    """What a failing command printed, [] when it succeeded."""
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode == 0:
        return []
    return done.stdout.splitlines() or ["%s: status %d" % (command[0], done.returncode)]


def each_room_includes_only_what_its_rule_allows():
    paths = files(*("%s/%s/**/*.d" % (BUILD, room) for room in rooms.TOP))
    missing = [source for source in files("kernel/**/*.c", "arch/**/*.c", "drivers/**/*.c", "arch/**/*.asm")
               if "%s/%s.d" % (BUILD, os.path.splitext(source)[0]) not in paths]
    return rooms.dependency_violations(map(read, paths)) + ["%s: no dependency file" % source for source in missing]


def the_kernel_holds_no_assembly_and_no_volatile_access():
    return [finding for path in files("kernel/**/*.[ch]") if path not in rooms.EXEMPT
            for finding in rooms.core_violations(path, read(path))]


def kernel_objects():
    """Of the sources there are, generated ones included: an object of one that was moved away may still lie about."""
    names = [path[len(BUILD) + 1:-2] for path in files(BUILD + "/kernel/**/*.o")]
    return ["%s/%s.o" % (BUILD, name) for name in names if not name.startswith("kernel/main") and
            (os.path.exists(name + ".c") or os.path.exists("%s/%s.c" % (BUILD, name)))]


def the_kernel_needs_nothing_but_what_its_seams_declare():
    declared = {name for seam in SEAMS for name in re.findall(r"\b([a-z]\w+)\(", rooms.without_comments(read(seam)))}
    with tempfile.TemporaryDirectory() as directory:
        kernel = os.path.join(directory, "kernel.o")
        failed = output_of([CROSS + "ld", "-r", "-o", kernel, *kernel_objects()])
        if failed:
            return failed
        undefined = subprocess.run([CROSS + "nm", "-u", kernel], capture_output=True, text=True, check=True).stdout.split()
    extra = set(undefined) - {"U", "w"} - declared - COMPILER_SYMBOLS
    return ["kernel/ refers to %s, which none of its seams declares" % name for name in sorted(extra)]


def every_header_compiles_alone():
    found = []
    for header in files(*("%s/**/*.h" % room for room in rooms.TOP)):
        extra = EFI_INCLUDES + ["-DGNU_EFI_USE_MS_ABI"] if header.startswith("boot/") else []
        found += output_of([CROSS + "gcc", "-std=gnu11", "-ffreestanding", "-mno-red-zone", "-mgeneral-regs-only", "-I.",
                            "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", *extra, "-fsyntax-only", "-x", "c", "-"],
                           '#include "%s"\n' % header)
    return found


def built_with(directory, *variables):
    """Builds all of it anew, elsewhere; a make above this one has no say in it."""
    directory = os.path.join(BUILD, directory)
    return output_of(["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "-s", "-j2", *variables, "BUILD=" + directory,
                      directory + "/BOOTX64.EFI"])


def clang_builds_the_kernel_too():
    return built_with("clang", "CC=clang")


def the_debug_build_compiles():
    return built_with("debug", "DEBUG=1")


def the_code_is_laid_out_by_clang_format():
    return output_of(["clang-format", "--dry-run", "-Werror", *sources()])


def cppcheck_finds_no_mistake():
    return output_of(["cppcheck", "-q", "-j2", "--enable=warning,performance,portability", "--std=c11", "--platform=unix64",
                      "--error-exitcode=1", "--inline-suppr", "-I.", "--suppressions-list=%s/cppcheck.txt" % HERE,
                      "kernel", "arch", "drivers", "boot", *TEST_ROOMS])


def every_file_begins_with_its_purpose():
    opening = {".c": "// ", ".h": "// ", ".asm": "; "}
    paths = [path for path in sources() + files("*/**/*.asm") if not path.startswith(BUILD)]
    return ["%s does not begin with a line that says what it is for" % path for path in paths
            if not read(path).startswith(opening[os.path.splitext(path)[1]])]


def no_file_is_longer_than_one_thing():
    paths = sources() + files("arch/**/*.asm", "tests/**/*.py", "kernel/**/*.py", "tests/*.sh", "tests/run", "**/*.mk", "Makefile")
    return ["%s has %d lines, more than %d" % (path, read(path).count("\n"), LINE_LIMIT) for path in paths
            if read(path).count("\n") > LINE_LIMIT]


def every_name_in_a_python_file_exists():
    # Whatever only a machine unlike this one comes to, an older QEMU's for one, is read here all the same.
    return output_of(["pylint", "-sn", "--disable=all", "--enable=syntax-error,undefined-variable,no-name-in-module,no-member",
                      "--ignored-modules=google.protobuf", "--ignored-classes=object",
                      *files("tests/**/*.py", "tests/run", "kernel/**/*.py", "boot/**/*.py")])


def shellcheck_finds_no_mistake():
    return output_of(["shellcheck", *files("tests/**/*.sh", ".ci/run", "boot/**/*.sh")])


CHECKS = [
    each_room_includes_only_what_its_rule_allows,
    the_kernel_holds_no_assembly_and_no_volatile_access,
    the_kernel_needs_nothing_but_what_its_seams_declare,
    every_header_compiles_alone,
    clang_builds_the_kernel_too,
    the_debug_build_compiles,
    the_code_is_laid_out_by_clang_format,
    cppcheck_finds_no_mistake,
    shellcheck_finds_no_mistake,
    every_file_begins_with_its_purpose,
    no_file_is_longer_than_one_thing,
    every_name_in_a_python_file_exists,
    documents.each_room_says_truly_what_it_holds,
    documents.the_top_page_names_only_what_is_there,
]


def main(names):
    passed = failed = 0
    for check in CHECKS:
        if names and check.__name__ not in names:
            continue
        found = check()
        print("lint   %-4s %s" % ("FAIL" if found else "ok", check.__name__.replace("_", " ")), flush=True)
        for line in found[:60]:
            print("       " + line)
        passed, failed = passed + (not found), failed + bool(found)
    summary.write(os.path.join(BUILD, "results"), "lint", passed, failed)
    print("%d passed, %d failed" % (passed, failed))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
