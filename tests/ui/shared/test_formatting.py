"""Numbers, percentages, durations and times in the reader's language; texts from outside as plain Markdown."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from babel.dates import get_timezone

import model.language as texts
from model.language import set_language_source
from tests.conftest import ROOT
from ui.shared import formatting
from ui.shared.formatting import ago, duration, moment, number, percent, plain_markdown, short_number


@pytest.fixture
def chinese() -> Iterator[None]:
    before = texts._reader
    set_language_source(lambda: "zh")
    yield
    set_language_source(before)


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.0, 1, "0.0%"),
        (0.5, 1, "50.0%"),
        (0.9994, 1, "99.9%"),
        (0.99951, 1, "> 99.9%"),
        (1.0, 1, "> 99.9%"),
        (0.994, 0, "99%"),
        (0.996, 0, "> 99%"),
    ],
)
def test_a_probability_is_never_certain(share: float, digits: int, text: str) -> None:
    assert percent(share, digits) == text


def test_a_counted_share_can_be_everything_and_more() -> None:
    assert percent(1.0, 2, counted=True) == "100.00%"
    assert percent(12.5, 0, counted=True) == "1,250%".replace(",", "")


def test_a_number_has_separated_thousands_and_its_decimals() -> None:
    assert number(1234567.891, 2) == "1,234,567.89"
    assert number(-0.5) == "-0"
    assert number(1234) == "1,234"


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (-0.5, "-0.5"), (1 / 9, "0.1111"), (1000.0, "1,000"), (0, "0")]
)
def test_a_written_number_is_short(value: float, text: str) -> None:
    assert short_number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 secs"),
        (7.61, "7.6 secs"),
        (9.99, "10 secs"),
        (59.6, "1 min"),
        (80, "1 min 20 secs"),
        (3599.7, "1 hr"),
        (7500, "2 hrs 5 mins"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_durations_and_times_follow_the_language(chinese: None) -> None:
    assert duration(80) == "1分钟20秒"
    assert ago(time.time() - 2 * 86_400) == "2天前"
    assert re.fullmatch(r"2001年9月9日 \d\d:46", moment(1e9))


@pytest.mark.parametrize(
    ("passed", "text"), [(-5, "just now"), (59, "just now"), (61, "1 minute ago"), (7_300, "2 hours ago")]
)
def test_how_long_ago(passed: float, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1e9)
    assert ago(1e9 - passed) == text


def test_an_unknown_time_is_no_text() -> None:
    assert ago(0.0) == ""


class _Context:
    def __init__(self, timezone: str | None) -> None:
        self.timezone = timezone


def test_a_time_is_in_the_time_zone_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    then = datetime(2001, 9, 9, 23, 30, tzinfo=UTC).timestamp()
    monkeypatch.setattr(formatting.st, "context", _Context("Asia/Shanghai"))
    assert moment(then) == "10 Sept 2001, 07:30"
    now = time.time()
    assert moment(now) == f"{datetime.fromtimestamp(now, get_timezone('Asia/Shanghai')):%H:%M}", "today without a date"


@pytest.mark.parametrize("zone", [None, "", "../../etc/passwd", "/etc/passwd", "No/Such_Zone", "a" * 10_000, "\0"])
def test_any_other_time_zone_is_that_of_the_server(zone: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting.st, "context", _Context(zone))
    assert moment(1e9).endswith(f"{datetime.fromtimestamp(1e9):%H:%M}")


def test_no_page_writes_dates_times_or_percentages_by_itself() -> None:
    """Month names, times and percentages come from Babel; Vega-Lite and tables get no dates, which they would write."""
    own = re.compile(
        r"localtime|strftime\([^)]*%[^YmdHMS\-'\"]|\.isoformat\(|fromtimestamp"
        r"|[\"']temporal[\"']|DatetimeColumn|DateColumn|TimeColumn"
        r"|f[\"'][^\"']*\{[^{}]*:[^{}]*%\}"
    )
    pages = [file for folder in ("ui", "pages") for file in (ROOT / folder).rglob("*.py")]
    found = [
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in pages
        if file.name != "formatting.py"
        for match in own.finditer(file.read_text())
    ]
    assert not found, "use ui.shared.formatting"


def test_plain_markdown_is_one_line_with_every_sign_escaped() -> None:
    assert plain_markdown("a\n *b*  [c](d) 12:30") == r"a \*b\* \[c\]\(d\) 12\:30"
    for trap in (":material/home:", ":smile:", "https://a.b", "www.a.b", "me@a.b", "->", "<-", "<->", "--", ">=", "~="):
        shown = plain_markdown(trap).replace("\\", "")
        assert trap not in shown and shown.replace("\N{WORD JOINER}", "") == trap
