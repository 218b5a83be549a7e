"""Points of a chart, and what every chart is written with."""

from collections.abc import Callable
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from gatekeeper.translation import phrase

WIDTH: Final = 360
"""In units of the picture: as wide as a telephone, so that its letters can be read there."""


class ChartPoint(NamedTuple):
    """A column or a bar: what was allowed, and on top of it what was blocked.

    Attributes:
        label: what it is of.
        allowed: calls let by.
        blocked: calls blocked.
    """

    label: str
    allowed: int
    blocked: int

    @property
    def all(self) -> int:
        """All of its calls."""
        return self.allowed + self.blocked


class ChartWords(NamedTuple):
    """How a chart is written.

    Attributes:
        name: an id that no other chart of the page has.
        title: what it shows, for who can't see it.
        allowed: the word for calls let by.
        blocked: the word for calls blocked.
        write: writes a number as the country does.
    """

    name: str
    title: str
    allowed: str
    blocked: str
    write: Callable[[int], str]

    def told(self, point: ChartPoint) -> str:
        """A point in words."""
        counts = f"{self.write(point.allowed)} {self.allowed}, {self.write(point.blocked)} {self.blocked}"
        return phrase("{label}: {text}", label=point.label, text=counts)


def picture(words: ChartWords, height: int, parts: list[Markup]) -> Markup:
    """The whole picture. What was blocked is hatched: it is told from what was allowed without its colour, too."""
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-title">'
        '<title id="{name}-title">{title}</title>'
        '<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="blocked-ground" width="6" height="6"/>'
        '<rect class="blocked-line" width="2.5" height="6"/></pattern></defs>{parts}</svg>'
    ).format(width=WIDTH, height=height, name=words.name, title=words.title, parts=Markup("").join(parts))


def rectangle(words: ChartWords, *, x: float, y: float, width: float, height: float, blocked: bool) -> Markup:
    """A piece of a column or a bar; nothing where it has no size."""
    if width <= 0 or height <= 0:
        return Markup("")
    fill = f"url(#{words.name}-hatch)" if blocked else "currentColor"
    return Markup('<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>').format(
        kind="blocked" if blocked else "allowed",
        x=_written(x),
        y=_written(y),
        width=_written(width),
        height=_written(height),
        fill=fill,
    )


def text(said: str, *, x: float, y: float, anchor: str = "start", kind: str = "label") -> Markup:
    """A text; `anchor` is `start`, `middle` or `end`."""
    return Markup('<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{said}</text>').format(
        kind=kind, x=_written(x), y=_written(y), anchor=anchor, said=escape(said)
    )


def tooltip(words: ChartWords, point: ChartPoint, parts: list[Markup]) -> Markup:
    """The pieces of a point, with its figures for a mouse that rests on them."""
    return Markup("<g><title>{told}</title>{parts}</g>").format(told=words.told(point), parts=Markup("").join(parts))


def _written(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
