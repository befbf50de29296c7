"""Small decision models for tests, written the way dmn-js writes them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from engine import dmn, feel

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
ENV = feel.Environment(now=datetime(2026, 3, 2, 2, 0, tzinfo=UTC), zone=UTC)


def definitions(inside: str, namespace: str = DMN, own: str = "urn:uji") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<definitions xmlns="{namespace}" id="d" name="uji" namespace="{own}">\n{inside}\n</definitions>'
    ).encode()


def table(
    columns: list[str],
    outputs: list[str],
    rules: Sequence[tuple[str, ...]],
    policy: str = "FIRST",
    *,
    identity: str = "keputusan",
    name: str = "Keputusan",
    needs: str = "",
) -> str:
    """A decision with a table. Columns are ``expression:type``, outputs ``name:type=values``."""
    parts = [f'<decision id="{identity}" name="{name}">{needs}']
    hit, _, aggregation = policy.partition("+")
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    parts.append(f'<decisionTable id="tabel_{identity}" hitPolicy="{hit}"{extra}>')
    for at, column in enumerate(columns):
        expression, _, kind = column.partition(":")
        parts.append(
            f'<input id="i{at}"><inputExpression id="ie{at}" typeRef="{kind or "string"}">'
            f"<text>{escape(expression)}</text></inputExpression></input>"
        )
    for at, output in enumerate(outputs):
        head, _, values = output.partition("=")
        label, _, kind = head.partition(":")
        listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
        parts.append(f'<output id="o{at}" name="{label}" typeRef="{kind or "string"}">{listed}</output>')
    for row, cells in enumerate(rules):
        parts.append(f'<rule id="r{row}">')
        for at, cell in enumerate(cells):
            tag = "inputEntry" if at < len(columns) else "outputEntry"
            parts.append(f'\n<{tag} id="c{row}_{at}"><text>{escape(cell)}</text></{tag}>')
        parts.append("</rule>")
    parts.append("</decisionTable></decision>")
    return "".join(parts)


def literal(identity: str, text: str, *needs: str, kind: str = "", name: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    wanted = "".join(
        f'<informationRequirement id="n_{identity}_{at}"><requiredDecision href="#{one}"/>'
        "</informationRequirement>"
        for at, one in enumerate(needs)
    )
    return (
        f'<decision id="{identity}" name="{name or identity}">'
        f'<variable name="{name or identity}"{typed}/>{wanted}'
        f"<literalExpression><text>{escape(text)}</text></literalExpression></decision>"
    )


def decide(xml: bytes, decision: str = "keputusan", **context: object) -> object:
    """The decision's value as JSON."""
    return feel.to_json(dmn.Library([dmn.load(xml)]).evaluate(decision, context, ENV))
