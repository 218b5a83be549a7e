"""Bars: a chart of what is compared, a bar to a reason, a campaign, a company."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from gatekeeper.desk.charts.points import WIDTH, ChartPoint, ChartWords, picture, rectangle, text, tooltip

MOST: Final = 8
"""So many bars are drawn; all are in the table."""

_ROW: Final = 32
_BAR: Final = 10
_LONGEST: Final = 40


def bars(points: Sequence[ChartPoint], words: ChartWords) -> Markup:
    """The chart of the first points, in their order.

    Args:
        points: a bar to each.
        words: how it is written.
    """
    drawn = points[:MOST]
    most = max((one.all for one in drawn), default=0)
    parts = [_bar(point, place * _ROW, most, words) for place, point in enumerate(drawn)]
    return picture(words, max(1, len(drawn)) * _ROW, parts)


def _bar(point: ChartPoint, top: float, most: int, words: ChartWords) -> Markup:
    label = point.label if len(point.label) <= _LONGEST else f"{point.label[: _LONGEST - 1]}…"
    wide = WIDTH / most if most > 0 else 0
    allowed, blocked = point.allowed * wide, point.blocked * wide
    y = top + 17
    return tooltip(
        words,
        point,
        [
            text(label, x=0, y=top + 12),
            text(words.write(point.all), x=WIDTH, y=top + 12, anchor="end", kind="figure"),
            rectangle(words, x=0, y=y, width=allowed, height=_BAR, blocked=False),
            rectangle(words, x=allowed, y=y, width=blocked, height=_BAR, blocked=True),
        ],
    )
