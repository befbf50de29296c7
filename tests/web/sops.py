"""Puts an SOP of the repository in force for an agency, as an activation leaves it."""

from pathlib import Path

from engine.db.models import Definition
from engine.runtime import bundles
from engine.runtime.house import House

ROOT = Path(__file__).parents[2]
CALLED = {
    "sp4n_umum": ("bersama/bersama_verifikasi", "bersama/bersama_tanggapan"),
}


def files_of(agency: str, process: str) -> dict[str, bytes]:
    """The files that a version runs from: its package, what it calls, and all forms of both."""
    folder = ROOT / "processes" / agency / process
    found = {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bpmn", ".dmn", ".toml")
    }
    for called in CALLED[process]:
        for path in (ROOT / "processes" / called).iterdir():
            if path.suffix in (".bpmn", ".dmn"):
                found[f"{called}/{path.name}"] = path.read_bytes()
    for owner in (agency, "bersama"):
        found |= {f"forms/{path.name}": path.read_bytes() for path in (ROOT / "forms" / owner).glob("*.json")}
    return found


def publish(house: House, agency_id: str, agency: str, process: str) -> None:
    """Put the process in force."""
    with house.database.write() as session:
        now = house.now()
        kept = bundles.keep(session, files_of(agency, process))
        session.add(
            Definition(
                id=house.new_id(now),
                agency_id=agency_id,
                process_key=process,
                version=1,
                title="Pengaduan umum",
                state="active",
                source_hash=kept,
                bundle_hash=kept,
                verdict="RUN",
                uploaded_at=now,
            )
        )
