"""The page is one file that needs nothing else, and says what the capture says."""

import json
import random
import re
from html.parser import HTMLParser

import event
import facts
import pytest
import recording
import report
import report_plots
import report_sections
import synthetic
import test_damage
import test_replay

VOID = {"meta", "br", "hr", "link", "input", "img"}


class Checker(HTMLParser):
    """Elements that are closed in order, ids that are there once, words that are shown."""

    def __init__(self, page):
        super().__init__()
        self.stack, self.ids, self.targets, self.words, self.attributes = [], [], [], [], []
        self.feed(page)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.stack.append(tag)
        self._note(attrs)

    def handle_startendtag(self, tag, attrs):
        self._note(attrs)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def _note(self, attrs):
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        self.targets += [value for name, value in attrs if name == "href"]


def page_of(data):
    data = data if isinstance(data, bytes) else "\r\n".join(data).encode()
    found = facts.gather(recording.of_bytes(data))
    return found, report.page(found, "capture.txt", data)


def check_of(found, name):
    return next(check for check in found.checks if check.name == name)


@pytest.fixture(scope="module")
def made(session):
    """(facts, page) of the session."""
    return page_of(session.capture())


def test_the_page_needs_nothing_but_itself(made):
    _, page = made
    assert (
        "http" not in page
        and "@import" not in page
        and "<script" not in page
        and "url(" not in page.replace("url(#", "")
    )
    found = Checker(page)
    assert len(found.ids) == len(set(found.ids))
    assert all(target.startswith("#") and target[1:] in found.ids for target in found.targets)
    assert not {"src", "srcset", "onload", "xlink:href"} & {name for name, _ in found.attributes}


def test_every_message_stands_with_its_counts(made, session):
    found, page = made
    words = Checker(page).words
    for irq, route in session.routes.items():
        assert words.count(route.name) == 3  # the map, its record, and what it did
        row = next(one for one in found.messages if one.irq == irq)
        assert (
            row.total
            == sum(one.kind == "irq_handler_entry" and one.irq == irq for one in session.events)
            == len(row.times)
        )
        assert row.place == session.places[irq]


@pytest.mark.parametrize("where", ["command", "log", "frames", "nowhere"])
def test_the_page_names_the_build_that_the_capture_is_of(session, where):
    marks = {"command": b'"type":"version"', "log": b"[   0.000000] Signalbox"}
    lines = session.capture(frames=where == "frames").split(b"\r\n")
    lines = [line for line in lines if not any(mark in line and where != name for name, mark in marks.items())]
    expected = "a Signalbox that did not say its version" if where == "nowhere" else synthetic.VERSION
    assert expected + " · 4 processors" in page_of(b"\r\n".join(lines))[1]


def test_both_plots_and_all_drawings_are_there(made):
    page = made[1]
    assert page.count('class="plot"') == 2 and page.count('class="drawing"') == 3
    assert "gnuplot drew nothing" not in page


def test_a_session_in_which_all_is_well_passes(session):
    data = session.capture()
    found, page = page_of(data)
    assert {check.state for check in found.checks} <= {facts.OK, facts.GAP, facts.ABSENT}
    assert [check.name for check in found.checks if check.state == facts.GAP] == ["unowned"]
    assert "<b>PASS, WITH GAPS</b>" in page


def test_without_interrupts_that_nobody_owned_it_is_a_clean_pass():
    session = synthetic.Session(2)
    session.events = [one for one in session.events if one.kind not in ("irq_unknown", "irq_spurious")]
    found, page = page_of(session.capture())
    assert found.state == facts.OK and "<b>PASS</b>" in page and "<p>None.</p>" in page


@pytest.mark.parametrize("rule", test_replay.MUTATIONS)
def test_a_broken_rule_fails_the_page_and_is_drawn(lines, rule):
    test_replay.MUTATIONS[rule][0](lines)
    found, page = page_of(lines)
    assert check_of(found, rule).state == facts.FAIL and found.state == facts.FAIL
    assert "<b>FAIL</b>" in page and "FAILS" in page and 'class="moment"' in page
    Checker(page)


def counted(session, before, after):
    """The session with the kernel's counters around it."""

    def listing(counts):
        return ["signalbox> interrupts --json"] + [
            json.dumps({"type": "interrupt", "bdf": route.bdf, "index": route.index, "counts": counts(irq)})
            for irq, route in session.routes.items()
        ]

    lines = session.capture(frames=False).decode().split("\r\n")
    at = lines.index("signalbox> trace start")
    return lines[:at] + listing(before) + lines[at : at + 2] + listing(after) + lines[at + 2 :]


def test_counters_that_agree_hold_and_others_do_not(session):
    def entries(irq):
        return [
            sum(one.kind == "irq_handler_entry" and one.irq == irq and one.cpu == cpu for one in session.events)
            for cpu in range(synthetic.CPUS)
        ]

    right = counted(session, lambda irq: [irq] * 4, lambda irq: [irq + count for count in entries(irq)])
    assert check_of(page_of(right)[0], "counters").state == facts.OK
    wrong = counted(session, lambda irq: [irq] * 4, lambda irq: [irq + count + (irq == 258) for count in entries(irq)])
    check = check_of(page_of(wrong)[0], "counters")
    assert check.state == facts.FAIL and "nvme-0000:00:02.0-2 on cpu 0: counted" in check.detail
    assert check_of(page_of(session.capture())[0], "counters").state == facts.ABSENT


@pytest.mark.parametrize(
    "said, name, state",
    [
        ('{"type":"audit_summary","messages":10,"checks":120,"drifts":0}', "audit", facts.OK),
        ('{"type":"audit_summary","messages":10,"checks":120,"drifts":2}', "audit", facts.FAIL),
        ('{"type":"prove_summary","sent":10,"lost":0,"duplicated":0,"verdict":"pass"}', "prove", facts.OK),
        ('{"type":"prove_summary","sent":10,"lost":1,"duplicated":0,"verdict":"fail"}', "prove", facts.FAIL),
        ("[  12.000001] error: nvme 0000:00:02.0: no answer", "log", facts.FAIL),
        ("[  12.000001 cpu 2] warning: vector 0x51 has no owner", "log", facts.GAP),
    ],
)
def test_what_the_kernel_says_of_itself_decides_too(lines, said, name, state):
    found, page = page_of(lines[:3] + [said] + lines[3:])
    assert check_of(found, name).state == state
    assert state != facts.FAIL or "<b>FAIL</b>" in page


def test_drifts_damage_and_losses_are_listed():
    session = synthetic.Session(4)
    session.lost[1] = 77
    lines = session.capture(frames=False).decode().split("\r\n")
    lines[40] = lines[40].replace("irq=", "irx=")
    lines[2:2] = [
        '{"type":"audit","bdf":"0000:00:02.0","index":1,"field":"message_data","expected":"0x51","found":"0x41",'
        '"where":"msix_table"}'
    ]
    found, page = page_of(lines)
    words = " ".join(Checker(page).words)
    assert check_of(found, "complete").state == facts.GAP
    for told in ("77 on CPU 1", "msix_table", "Damaged in the capture", "no &#x27;irq&#x27;", "irx="):
        assert told in page or told in words


def test_what_the_kernel_measured_itself_stands_with_its_message(lines):
    one = {
        "type": "latency",
        "bdf": "0000:00:06.0",
        "index": 1,
        "what": "doorbell",
        "unit": "nanoseconds",
        "count": 100,
        "min": 901,
    }
    one.update(
        {
            "median": 959,
            "p99": 1920,
            "max": 25100,
            "buckets": [{"from": 896, "to": 1023, "count": 98}, {"from": 24576, "to": 28671, "count": 2}],
        }
    )
    page = page_of(lines + [json.dumps(one), '{"type":"latency_summary","messages":1}'])[1]
    row = re.search(r"<tr><td>[^/]*/i>rocker-0000:00:06.0-1</td><td>doorbell to routine</td>.*?</tr>", page)[0]
    assert re.findall(r'class="n">([^<]*)<', row) == ["100", "901 ns", "959 ns", "1.92 µs", "25.1 µs"]
    assert row.count("<rect") == 2


def test_text_of_the_capture_is_never_markup(lines):
    lines[2:2] = [
        "[  12.000001] error: <script>alert(1)</script> & more",
        '{"type":"version","text":"<b>&\\"bold"}',
        "error: <i>",
    ]
    page = page_of(lines)[1]
    assert "<script" not in page and "<b>&" not in page and "&lt;script&gt;" in page
    Checker(page)


@pytest.mark.parametrize("kind", test_damage.KINDS, ids=lambda kind: kind.__name__)
def test_damaged_captures_make_pages_too(kind):
    made = 0
    for number in range(4):
        found = recording.of_bytes(test_damage.damaged(kind, number))
        if found.events:
            Checker(report.page(facts.gather(found), "x", b""))
            made += 1
    assert made > 1


def test_json_of_any_kind_makes_a_page(monkeypatch):
    """What stands where a number or a name is expected may be anything."""
    monkeypatch.setattr(report_plots, "_run", lambda _: '<svg viewBox="0 0 1 1"></svg>')  # gnuplot sees none of it
    lines = synthetic.Session(1, 30).capture(frames=False).decode().split("\r\n")
    source = random.Random(1)
    strange = [None, True, -1, 1e300, "x" * 300, [], [[]], {}, {"a": []}, 10**30]
    texts = [line for line in lines if line.startswith("{")]
    for _ in range(30):
        changed = []
        for text in texts:
            one = json.loads(text)
            for key in source.sample(sorted(one), 2):
                if key != "type":
                    one[key] = source.choice(strange)
            changed.append(json.dumps(one))
        extra = [
            json.dumps({"type": kind, **{key: source.choice(strange) for key in keys}})
            for kind, keys in (
                ("function", ("bdf", "vendor", "device", "msi", "msix")),
                ("interrupt", ("bdf", "index", "counts")),
                ("audit", ("bdf", "index", "field")),
                ("audit_summary", ("drifts", "checks")),
                ("prove_summary", ("sent", "lost", "verdict")),
                ("cpu", ("cpu", "interrupts", "group")),
                ("latency", ("bdf", "index", "what", "count", "min", "median", "p99", "max", "buckets")),
                ("version", ("text",)),
            )
        ]
        Checker(page_of([line for line in lines if not line.startswith("{")] + changed + extra)[1])


def test_as_a_program_it_writes_the_page_or_says_why_not(session, tmp_path, capsys):
    (tmp_path / "capture.txt").write_bytes(session.capture())
    assert report.main(str(tmp_path / "capture.txt"), str(tmp_path / "new" / "report.html")) == 0
    assert "</html>" in (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"signalbox> \r\n")
    assert report.main(str(tmp_path / "empty.txt"), str(tmp_path / "none.html")) == 1
    assert "holds no trace" in capsys.readouterr().err and not (tmp_path / "none.html").exists()


def test_a_wide_machine_shows_its_busiest_processors_and_messages(monkeypatch):
    monkeypatch.setattr(synthetic, "CPUS", 40)
    monkeypatch.setattr(
        synthetic, "DEVICES", tuple(("nvme", "0000:00:%02x.0" % slot, 10, 0x80) for slot in range(2, 14))
    )
    found, page = page_of(synthetic.Session(1, 600).capture(frames=False))
    assert len(found.messages) == 120 and found.recording.cpus == 40
    assert "The 64 busiest of 120 messages are drawn." in page
    assert len(report_sections.processors_of(found)) == report_sections.LANES
    Checker(page)


def test_a_capture_without_a_map_is_not_judged():
    still = synthetic.Session(3, 5)
    still.events = [one for one in still.events if one.kind in (event.ENTRY, event.EXIT)]
    facts, page = page_of(still.capture(text=False, listing=False))
    assert facts.state == "blind"
    assert '<div class="verdict blind"><b>CANNOT JUDGE</b>' in page and "the capture holds no map" in page
