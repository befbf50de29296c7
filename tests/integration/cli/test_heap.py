"""The real server leaves what it has loaded out of the collector's rounds."""

from pathlib import Path

from tests.support.server import LiveServer

# Python runs this in the server before anything else; it tells at the end, as the server stops politely.
TELLS = """
import atexit, gc, pathlib
atexit.register(lambda: pathlib.Path({path!r}).write_text(str(gc.get_freeze_count())))
"""


def test_a_server_keeps_all_its_modules_out_of_the_rounds(tmp_path: Path) -> None:
    told = tmp_path / "told"
    (tmp_path / "sitecustomize.py").write_text(TELLS.format(path=str(told)))
    server = LiveServer(tmp_path / "server")
    server.environment["PYTHONPATH"] = str(tmp_path)
    server.alur("migrate")
    server.start()
    server.stop()
    assert int(told.read_text()) > 100_000  # objects; without it none
