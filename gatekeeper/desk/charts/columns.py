"""Columns: a chart of what happened in time, a column to an hour or a day."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from gatekeeper.desk.charts.points import WIDTH, ChartPoint, ChartWords, picture, rectangle, text, tooltip

_HEIGHT: Final = 170
_TOP: Final = 14
_BOTTOM: Final = 146
_LEFT: Final = 44
_GAP: Final = 0.2
_MOST_LABELS: Final = 8


def columns(points: Sequence[ChartPoint], words: ChartWords) -> Markup:
    """The chart of points in their order.

    Args:
        points: a column to each.
        words: how it is written.
    """
    top = scale_top(max((one.all for one in points), default=0))
    parts = [
        part
        for share in (0, 1, 2)
        for part in _line(words.write(top * share // 2), _BOTTOM - (_BOTTOM - _TOP) * share / 2)
    ]
    step = (WIDTH - _LEFT) / max(1, len(points))
    labelled = -(-len(points) // _MOST_LABELS)
    for place, point in enumerate(points):
        parts.append(_column(point, _LEFT + step * place, step, top, words))
        if place % max(1, labelled) == 0:
            parts.append(text(point.label, x=_LEFT + step * (place + 0.5), y=_HEIGHT - 8, anchor="middle"))
    return picture(words, _HEIGHT, parts)


def scale_top(most: int) -> int:
    """Where the scale ends: an even round number that is not smaller than the highest column."""
    if most <= 2:  # noqa: PLR2004 - halves are no calls
        return 2
    power: int = 10 ** (len(str(most)) - 1)
    tops = (step * power for step in (1, 2, 4, 6, 8, 10, 20))
    return next(top for top in tops if top >= most and top % 2 == 0)


def _column(point: ChartPoint, left: float, step: float, top: int, words: ChartWords) -> Markup:
    x, width = left + step * _GAP / 2, step * (1 - _GAP)
    high = (_BOTTOM - _TOP) / top
    allowed, blocked = point.allowed * high, point.blocked * high
    return tooltip(
        words,
        point,
        [
            rectangle(words, x=x, y=_BOTTOM - allowed, width=width, height=allowed, blocked=False),
            rectangle(words, x=x, y=_BOTTOM - allowed - blocked, width=width, height=blocked, blocked=True),
        ],
    )


def _line(said: str, y: float) -> list[Markup]:
    line = Markup('<line class="scale" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>')
    return [line.format(left=_LEFT, right=WIDTH, y=y), text(said, x=_LEFT - 4, y=y + 4, anchor="end")]
