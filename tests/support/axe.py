"""Asks axe-core for the accessibility faults of a page."""

from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def faults(page: Page, *, leave_out: tuple[str, ...] = ()) -> list[str]:
    """Every WCAG 2.2 AA violation as "rule: where"; ``leave_out`` names parts of others (CSS selectors)."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    result = page.evaluate(
        """([levels, leaveOut]) => axe.run({exclude: leaveOut.map(each => [each])},
            {runOnly: {type: 'tag', values: levels}, resultTypes: ['violations']})""",
        [list(LEVELS), list(leave_out)],
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} — {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
