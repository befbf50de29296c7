"""Requests as a hostile program makes them, drawn from the OpenAPI document: nearly right, and nonsense."""

from typing import Any

from hypothesis import strategies as st

STRANGE = (
    "", " ", "a", "0", "-1", "null", "true", "NaN", "\x00", "\ud800", "\u202e", "🙂", "e\u0301" * 30,
    "a" * 300, "x" * 20_000, "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}",
    "../../etc/passwd", "%00", "%2e%2e", "2026-06-05", "2026-02-30", "2026-06-05T09:00:00+07:00",
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "P1D", "PT99999999999H", "R/PT0S", "-P1D", "1e999",
    "=cmd|' /C calc'!A0", "01KT30Y9809W1J69ECNFHBFJ04",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 50, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**40, 0.5, -0.0, 1e308)

texts = st.sampled_from(STRANGE) | st.text(max_size=30)
numbers = st.sampled_from(NUMBERS) | st.integers() | st.floats()
scalars = st.none() | st.booleans() | numbers | texts
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def like(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that this schema nearly describes."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    parts = schema.get("anyOf") or schema.get("oneOf")
    if parts:
        return st.one_of(*(like(each, document) for each in parts))
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]]) | scalars
    return st.one_of(*[_of_type(schema, document)] * 4, junk)


def _of_type(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, document)
    if kind == "array":
        return st.lists(like(schema.get("items", {}), document), max_size=4)
    if kind in ("integer", "number"):
        return numbers
    return {"string": texts, "boolean": st.booleans(), "null": st.none()}.get(str(kind), junk)


def _object(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    known = {name: like(each, document) for name, each in schema.get("properties", {}).items()}
    required = {name: each for name, each in known.items() if name in schema.get("required", ())}
    optional = {name: each for name, each in known.items() if name not in required}
    whole = st.fixed_dictionaries(required, optional=optional)
    more = st.dictionaries(
        st.sampled_from(["agency_id", "role", "status", "id", "__proto__"]), scalars, max_size=1
    )
    return st.builds(lambda found, extra: {**found, **extra}, whole, more | st.just({}))
