"""Charts: SVG that is drawn on the server, prints and needs no script; pure. A table of the figures is behind each."""

from gatekeeper.desk.charts.bars import bars
from gatekeeper.desk.charts.columns import columns
from gatekeeper.desk.charts.points import ChartPoint, ChartWords

__all__ = ["ChartPoint", "ChartWords", "bars", "columns"]
