"""The forms in which a preview is shown."""

from enum import StrEnum


class PreviewFormat(StrEnum):
    """How a preview is written."""

    TABLE = "table"
    JSON = "json"
