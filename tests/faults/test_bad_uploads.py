"""Malformed uploads are refused with a reason, soon, within bounds, without a crash: T18 of the test plan."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.people.signin import create_token
from tests.faults.uploads.corpus import corpus
from tests.faults.uploads.whole import Upload
from tests.support import agency
from webapp.factory import create_app

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2.0, 200.0
AT_LEAST = 250
SMALL = 400_000  # larger ones the test client keeps in files that it leaves open


def test_each_is_refused_soon_and_within_bounds(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.uploads"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout)
    assert len(found["results"]) >= AT_LEAST
    wrong = [
        f"{name}: {came} after {seconds:.2f} s"
        for name, refused, came, seconds in found["results"]
        if came not in ("refused", "asked", *(() if refused else ("taken",))) or seconds > SECONDS
    ]
    assert not wrong, "\n".join(wrong[:20])
    assert found["megabytes"] < MEGABYTES


@pytest.mark.slow
def test_each_gets_an_answer_over_http(database_url: str, tmp_path: Path) -> None:
    """Nothing of it is an error of the server, and what is refused leaves no draft."""
    house, _ = agency.open_house(database_url, tmp_path)
    agency.open_agency(house)
    token = create_token(house, "perancang@contoh", "tests")
    client = create_app(house).test_client()

    def post(upload: Upload) -> int:
        answer = client.post(
            "/api/v1/packages",
            headers={"Authorization": f"Bearer {token}"},
            data={"package": (io.BytesIO(upload.data), upload.path)},
        )
        answer.close()
        return answer.status_code

    codes = {upload.name: post(upload) for upload in corpus() if len(upload.data) < SMALL}
    house.database.close()
    wrong = {name: code for name, code in codes.items() if not (code == 201 or 400 <= code < 500)}
    assert not wrong
