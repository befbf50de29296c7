"""Drives Alur as its people do: reporters on a telephone, officers at their desks, a program beside them.

Whatever a form asks is found on the page itself: answers that a journey names are given, and what else is
required gets a plain answer. A choice that no journey makes is a fault, for choices steer the flow.
"""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from engine.form import load
from engine.upkeep.demo import PASSWORD
from engine.worktime import Limit, calendar, due
from tests.browser.forms import press, sign_in
from tests.support.server import LiveServer

Answers = dict[str, Any]

PATIENCE = 60  # seconds in which a running server must have noticed that its clock moved
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0>>endobj\n%%EOF\n"
LETTER = {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": PDF}
LINE = "Contoh 1"
WORKER = "program-contoh"
VALUES = "found => found.map(one => one.value)"
FORMS = Path(__file__).parents[2] / "forms"
NAMED_BY_AGENCIES = {key for path in FORMS.rglob("*.json") for key in load(path.read_bytes()).dynamic()}
TEXT = "Sudah kami periksa di tempat dan kami catat dengan lengkap di berkas laporan ini."

# The questions of the page that are not groups of questions themselves, in order.
QUESTIONS = """() => [...document.querySelectorAll('main form[data-refresh] [data-q]')].map(each => {
    const own = [...each.querySelectorAll('input:not([type=hidden]), select, textarea')];
    if (each.matches('.group') || !own.length) return null;
    const rows = each.querySelectorAll(':scope > .row').length;
    const first = own[0];
    const optional = each.querySelector(':scope > label .optional, :scope > legend .optional') !== null;
    const chosen = own.some(one => one.checked);
    const choice = first.type === 'radio' || first.type === 'checkbox';
    return {name: each.dataset.q, kind: rows ? 'rows' : first.type, many: own.length > 1, rows, optional,
            decides: own.some(one => 'decides' in one.dataset), empty: choice ? !chosen : !first.value,
            scripted: document.querySelector('main .questions noscript p') === null};
}).filter(each => each)"""

SHOWN = re.compile(r'name="_tampil" value="([^"]*)"')
AS_SHOWN = "shown => document.querySelector('main .questions > [name=_tampil]').value === shown"


def answer(page: Page, answers: Answers, today: str) -> None:
    """Answer the form on the page: first what ``answers`` names, then what else it requires."""
    wanted = flat(answers)
    done: set[str] = set()
    while True:
        questions = page.evaluate(QUESTIONS)
        asked = next((each for each in questions if each["name"] not in done), None)
        if asked is None:
            return
        done.add(asked["name"])
        if asked["kind"] == "rows":
            _add_rows(page, asked, len(answers.get(asked["name"], ())))
        elif asked["name"] in wanted:
            _give(page, asked, _offered(page, asked["name"], wanted[asked["name"]]))
        elif asked["empty"] and not asked["optional"] and (asked["kind"] != "checkbox" or asked["many"]):
            _give(page, asked, _plain(page, asked, today))


def flat(answers: Answers) -> Answers:
    """Rows by the names that their fields have on a page: ``saksi[0].nama``."""
    found: Answers = {}
    for key, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and "buffer" not in value[0]:
            for number, row in enumerate(value):
                found |= {f"{key}[{number}].{name}": text for name, text in row.items()}
        else:
            found[key] = value
    return found


def _offered(page: Page, name: str, value: Any) -> Any:
    """The answer itself, but of what an agency names (its units, its people) something that it does offer."""
    if (
        name not in NAMED_BY_AGENCIES
        or page.locator(f'main form[data-refresh] textarea[name="{name}"]').count()
    ):
        return value
    values = [
        *_controls(page, name).locator("option:not([value=''])").evaluate_all(VALUES),
        *_controls(page, name).and_(page.locator("[type=checkbox], [type=radio]")).evaluate_all(VALUES),
    ]
    if not values:
        return value
    if isinstance(value, list):
        return [each for each in value if each in values] or values[:1]
    return value if value in values else values[0]


def _plain(page: Page, asked: dict[str, Any], today: str) -> Any:
    """An answer to a required question that the journey does not care about."""
    kind = asked["kind"]
    if kind == "select-one":
        options = _controls(page, asked["name"]).locator("option:not([value=''])")
        if options.count() == 0:
            raise AssertionError(f"{page.url}: {asked['name']} offers nothing to choose")
        return options.first.get_attribute("value")
    if kind in ("radio", "checkbox"):
        raise AssertionError(f"{page.url}: the journey must choose {asked['name']}")
    return {"file": LETTER, "date": today, "textarea": TEXT}.get(kind, LINE)


def _give(page: Page, asked: dict[str, Any], value: Any) -> None:
    act = _act(page, asked, value)
    if asked["decides"] and asked["scripted"] and not _is_given(page, asked, value):
        with page.expect_response(lambda response: response.request.method == "POST") as refreshed:
            act()
        shown = SHOWN.search(refreshed.value.text())
        assert shown, f"{page.url}: no questions came back ({refreshed.value.status})"
        page.wait_for_function(AS_SHOWN, arg=shown[1])
    else:
        act()


def _is_given(page: Page, asked: dict[str, Any], value: Any) -> bool:
    """Whether the page holds this answer already, so that giving it changes nothing."""
    controls = _controls(page, asked["name"])
    if asked["kind"] == "radio":
        return controls.and_(page.locator(f'[value="{value}"]')).is_checked()
    if asked["kind"] == "checkbox":
        return not asked["many"] and controls.first.is_checked() == value
    return controls.first.input_value() == value


def _act(page: Page, asked: dict[str, Any], value: Any) -> Callable[[], None]:
    controls = _controls(page, asked["name"])
    kind = asked["kind"]
    if kind == "radio":
        return lambda: controls.and_(page.locator(f'[value="{value}"]')).check()
    if kind == "checkbox":
        return lambda: _tick(page, controls, value)
    if kind == "select-one":
        return lambda: _select(controls.first, value)
    if kind == "file":
        return lambda: controls.first.set_input_files(value)
    return lambda: _type(controls.first, "\n".join(value) if isinstance(value, list) else str(value))


def _tick(page: Page, controls: Locator, value: Any) -> None:
    if isinstance(value, bool):
        controls.first.set_checked(value)
        return
    for each in value:
        controls.and_(page.locator(f'[value="{each}"]')).check()


def _select(control: Locator, value: str) -> None:
    control.select_option(value)


def _type(control: Locator, text: str) -> None:
    control.fill(text)
    control.blur()


def _controls(page: Page, name: str) -> Locator:
    return page.locator(f'main form[data-refresh] [name="{name}"]:not([type="hidden"])')


def _add_rows(page: Page, asked: dict[str, Any], wanted: int) -> None:
    for _ in range(wanted - asked["rows"]):
        page.locator(f'main button[name="_tambah"][value="{asked["name"]}"]').click()


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    """Look again and again; fail when the server has not brought it about in time."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"not within {PATIENCE} s: {what}"
        time.sleep(0.3)


def tag(page: Page) -> str:
    """The report's status as its page says it."""
    return page.locator("main .tag").first.inner_text().strip()


def banner(page: Page) -> str:
    """What the page says that it did."""
    return page.locator("main .banner[role=status]").first.inner_text().strip()


@dataclass
class Clock:
    """The one clock of a running server; it only goes forward, and the server notices by itself."""

    server: LiveServer

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.server.clock_file.read_text(encoding="utf-8").strip())

    @property
    def today(self) -> str:
        """The server's day, as a date field takes it."""
        return self.now.date().isoformat()

    def set(self, now: datetime) -> None:
        self.server.set_clock(now.isoformat())

    def end_of(self, limit: str) -> datetime:
        """When a limit that starts now ends, on the day's last minute as reporters' limits do."""
        instant = due(Limit.parse(limit), self.now, calendar("id-nasional"), ends="day").at
        assert instant is not None
        return instant.astimezone(self.now.tzinfo)

    def next_office_morning(self) -> None:
        """09.00 of the next working day: a journey begins in office hours."""
        self.set(self.end_of("1 HK").replace(hour=9, minute=0, second=0, microsecond=0))


@dataclass
class Reporter:
    """A person with a telephone, the report's number and its code, and nothing else."""

    page: Page
    server: LiveServer
    number: str = ""
    code: str = ""

    def file(self, service: str, answers: Answers, files: dict[str, Any] | None = None) -> None:
        """File a report from the front page on; ``service`` is ``agency/process``."""
        page = self.page
        page.goto(self.server.url)
        page.get_by_role("link", name="Lapor", exact=True).click()
        page.locator(f'main a[href="/lapor/{service}"]').first.click()
        today = Clock(self.server).today
        for _ in range(12):
            if page.get_by_role("button", name="Kirim laporan", exact=True).count():
                break
            answer(page, answers, today)
            press(page, "Lanjut")
            assert page.locator("#galat").count() == 0, page.locator("#galat").inner_text()
        for name, file in (files or {}).items():
            page.locator(f'main [name="{name}"][type="file"]').set_input_files(file)
        press(page, "Kirim laporan")
        expect(page.locator("h1")).to_contain_text("Laporan Anda sudah kami terima")
        self.number = page.locator("dd.code").inner_text()
        self.code = page.locator("#kode").inner_text()

    def leave_receipt(self) -> None:
        """Say that the code is kept, and go on."""
        self.page.locator("#tersimpan").check()
        press(self.page, "Lanjut")

    def open(self) -> None:
        """Open the own report with number and code."""
        self.page.goto(f"{self.server.url}/lacak")
        self.page.locator("#nomor").fill(self.number)
        self.page.locator("#kode").fill(self.code)
        press(self.page, "Buka laporan saya")

    def status(self) -> str:
        """The status, read anew."""
        self.open()
        return tag(self.page)

    def case_number(self) -> str:
        """The number that officers know the report by."""
        self.open()
        found = re.search(r"\b[A-Z]{2,8}-\d{4}-\d{6}\b", self.page.locator("main").inner_text())
        assert found, "the report's page names no case number"
        return found.group()

    def reply(self, text: str, file: Any = LETTER) -> None:
        """Answer the open question, or write back."""
        self.open()
        self.page.locator("#teks").fill(text)
        if file is not None:
            self.page.locator("#lampiran").set_input_files(file)
        press(self.page, "Kirim")
        assert banner(self.page) == "Terkirim. Instansi sudah menerima jawaban Anda."

    def withdraw(self, reason: str) -> None:
        """Withdraw the report, and mean it."""
        self.open()
        press(self.page, "Cabut laporan")
        self.page.locator("#alasan-cabut").fill(reason)
        press(self.page, "Ya, cabut")
        assert banner(self.page) == "Terkirim. Instansi sudah menerima pencabutan Anda."

    def may(self, action: str) -> bool:
        """Whether the report's page offers this further step."""
        self.open()
        return self.page.locator("main summary").get_by_text(action, exact=True).count() > 0

    def rate(self, mark: int) -> None:
        """Rate the handling."""
        self.open()
        self.page.locator(f"#nilai-{mark}").check()
        press(self.page, "Kirim nilai")
        assert banner(self.page) == "Terima kasih. Penilaian Anda tersimpan."

    def wait_for_status(self, status: str) -> None:
        """Look again and again until the server itself has brought the report to this status."""
        wait_for(lambda: self.status() == status, f"status {status}")


@dataclass
class Officers:
    """The officers of a house, each in a browser of their own, signed in when first needed."""

    server: LiveServer
    open_page: Callable[[], Page]
    password: str = PASSWORD
    pages: dict[str, Page] = field(default_factory=dict)

    def of(self, login: str) -> Page:
        """The browser of a person, signed in."""
        if login not in self.pages:
            self.pages[login] = self.open_page()
            sign_in(self.pages[login], self.server.url, login, self.password)
        return self.pages[login]

    def find(self, login: str, number: str, task: str, tab: str = "peran") -> Page:
        """Open a task of a report from the inbox, by its name."""
        page = self.of(login)
        page.goto(f"{self.server.url}/tugas?tab={tab}&cari={number}")
        named = page.locator("strong").get_by_text(task, exact=True)
        page.locator("ol.tasks a.what").filter(has=named).first.click()
        expect(page.locator("h1")).to_contain_text(task)
        return page

    def complete(self, login: str, number: str, task: str, answers: Answers) -> Page:
        """Find a task, fill its form in, take and send it."""
        page = self.find(login, number, task)
        answer(page, answers, Clock(self.server).today)
        send(page)
        assert banner(page).startswith("Terkirim."), banner(page)
        return page


def send(page: Page) -> None:
    """Send the task's form, taking the task with it where nobody has it."""
    page.locator('main form#tugas-formulir button.primary[value="kirim"]').click()
    errors = page.locator("#galat")
    assert errors.count() == 0, f"{page.url}: {errors.first.inner_text()}"


@dataclass
class Program:
    """A program that works through the JSON API with a token of its own."""

    server: LiveServer
    login: str
    token: str = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call; answers the JSON, None when there is none."""
        with urllib.request.urlopen(self._request(method, path, body), timeout=60) as answered:
            text = answered.read()
        return json.loads(text) if text else None

    def refused(self, method: str, path: str, body: Any = None) -> int:
        """The status of a call that must not succeed."""
        try:
            self.call(method, path, body)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        raise AssertionError(f"{method} {path} was not refused")

    def _request(self, method: str, path: str, body: Any) -> urllib.request.Request:
        if not self.token:
            self.token = self.server.alur("token", "create", self.login).stdout.strip().splitlines()[-1]
        return urllib.request.Request(
            f"{self.server.url}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )

    def work(self, topic: str, result: Answers) -> int:
        """Do all waiting jobs of a topic with one result; how many there were."""
        wanted = {"topics": [topic], "worker": WORKER, "limit": 100}
        jobs = self.call("POST", "jobs/fetch", wanted)["items"]
        for job in jobs:
            self.call("POST", f"jobs/{job['id']}/complete", {"worker": WORKER, "variables": result})
        return len(jobs)


def a_minute_after(instant: datetime) -> datetime:
    """When something due has surely fallen due."""
    return instant + timedelta(minutes=1)
