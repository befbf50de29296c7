"""Writing SVG: escaped elements, wrapped words. Presentation attributes and classes only, never a style."""

from xml.sax.saxutils import escape, quoteattr

from engine.bpmn.layout import text

INK = "currentColor"


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value else "0"


def tag(name: str, content: str | None = None, /, **attributes: str | float | None) -> str:
    """One element; ``_`` in attribute names stands for ``-``, ``None`` leaves an attribute out."""
    written = ""
    for key, value in attributes.items():
        if value is not None:
            said = value if isinstance(value, str) else number(value)
            written += f" {key.rstrip('_').replace('_', '-')}={quoteattr(said)}"
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def title(words: str) -> str:
    """The words that a pointer shows."""
    return tag("title", escape(words)) if words else ""


def rect(
    x: float, y: float, width: float, height: float, *, radius: float = 0, **more: str | float | None
) -> str:
    """A rectangle; unfilled and outlined unless said otherwise."""
    return tag(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        rx=radius or None,
        **{"fill": "none", "stroke": INK, **more},
    )


def circle(x: float, y: float, radius: float, **more: str | float | None) -> str:
    """A circle; unfilled and outlined unless said otherwise."""
    return tag("circle", cx=x, cy=y, r=radius, **{"fill": "none", "stroke": INK, **more})


def path(d: str, **more: str | float | None) -> str:
    """A path; unfilled and outlined unless said otherwise."""
    return tag("path", d=d, **{"fill": "none", "stroke": INK, "stroke_linejoin": "round", **more})


def words(
    content: str,
    x: float,
    y: float,
    width: float,
    *,
    size: float = text.BODY,
    most: int = 99,
    middle: bool = False,
) -> str:
    """Wrapped lines centred on ``x``, from ``y`` down, or around ``y`` if ``middle``; the rest is cut off."""
    lines = text.wrap(content, width, size)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1].rstrip(" .,") + "…"
    if not lines:
        return ""
    step = size * text.LINE
    first = y - len(lines) * step / 2 if middle else y
    spans = "".join(
        tag("tspan", escape(line), x=x, y=first + number_of * step + size * 0.95)
        for number_of, line in enumerate(lines)
    )
    return tag("text", spans, class_="bpmn-words", fill=INK, text_anchor="middle", font_size=size)
