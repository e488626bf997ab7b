"""kernel/console/CONTRACT.md as a program reads it: what each command prints, and whether a line is of that form."""

import os
import re

PATH = os.path.join(os.path.dirname(__file__), "..", "..", "kernel", "console", "CONTRACT.md")
BDF = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def has_form(value, form):
    """Does a value have the form that the page names?"""
    if form.endswith(" or null"):
        return value is None or has_form(value, form[:-len(" or null")])
    if form.startswith("list of "):
        return isinstance(value, list) and all(has_form(item, form[len("list of "):]) for item in value)
    if form.startswith("one of "):
        return value in form[len("one of "):].split(", ")
    if form.split()[0] == "hex":
        digits = form.split()[1] if " " in form else "1"
        return isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]{%s,}" % digits, value) is not None
    return {"number": _is_number, "bool": lambda it: isinstance(it, bool), "text": lambda it: isinstance(it, str),
            "bdf": lambda it: isinstance(it, str) and BDF.fullmatch(it) is not None,
            "object": lambda it: isinstance(it, dict)}[form](value)


class Contract:
    """`commands`: usage -> {type: whether it may be missing}; `types`: type -> {key: (form, whether it may be left out)};
    `tables`: what a table's first heading is -> its rows."""

    def __init__(self, text):
        self.commands, self.types, self.tables = {}, {}, {}
        table = None
        for block in re.split(r"\n\n+", text):
            usage = re.match(r"### `([^`]+)`$", block)
            if usage:
                table = self.commands.setdefault(usage[1], {})
            elif block.startswith("Lines: "):
                table.update(self._lines(block))
            elif block.startswith("| "):
                self._table(block.splitlines())

    @staticmethod
    def _lines(block):
        """The types that a `Lines:` paragraph names; one that says "(none where" depends on the machine."""
        plain = re.sub(r"\([^)]*\)", lambda found: found[0].replace("`", ""), block)
        return {name: "(none where" in behind for name, behind in re.findall(r"`(\w+)`([^`]*)", plain)}

    def _table(self, lines):
        rows = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
        heading = rows[0][0].strip("`")
        if rows[0][1:2] != ["form"]:
            self.tables[heading] = [[cell.strip("`") for cell in row] for row in rows[2:]]
            return
        assert heading not in self.types, "%s has two tables" % heading
        self.types[heading] = {"type": ("one of " + heading, False)}
        for key, form, *_ in rows[2:]:
            name, _, mark = key.partition(" ")
            assert mark in ("", "optional") and name.strip("`") not in self.types[heading], "%s: %s" % (heading, key)
            self.types[heading][name.strip("`")] = (form, mark == "optional")

    def faults(self, found):
        """What of an object is not as the page says: a list of sentences."""
        kind = found.get("type")
        if kind not in self.types:
            return ["there is no type %r" % kind]
        return self._faults(kind, found, "")

    def _faults(self, kind, found, inside):
        keys = self.types[kind]
        here = {key[len(inside):] for key in keys if key.startswith(inside) and not re.search(r"[.\[]", key[len(inside):])}
        wrong = ["%s: key %s%s is not documented" % (kind, inside, key) for key in found if key not in here]
        for key in sorted(here):
            form, may_be_left_out = keys[inside + key]
            if key not in found:
                wrong += [] if may_be_left_out else ["%s: key %s%s is missing" % (kind, inside, key)]
            elif not has_form(found[key], form):
                wrong.append("%s: %s%s is %r, no %s" % (kind, inside, key, found[key], form))
            elif "object" in form:
                items = found[key] if isinstance(found[key], list) else [found[key]] if found[key] else []
                below = inside + key + ("[]." if form.startswith("list") else ".")
                wrong += [fault for item in items for fault in self._faults(kind, item, below)]
        return wrong

    def check(self, objects):
        """Raises AssertionError with all that is not as the page says."""
        wrong = sorted({fault for found in objects for fault in self.faults(found)})
        assert not wrong, "not as kernel/console/CONTRACT.md says:\n" + "\n".join(wrong)
        return objects


def _read():
    with open(PATH, encoding="utf-8") as file:
        return Contract(file.read())


CONTRACT = _read()
