"""An order of an export: who wants which decisions, as what sort of file; and how it is written down."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.errors import ExportError
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.translation import phrase
from gatekeeper.words import Language, Sentence

FilterValue = str | int | bool | datetime | frozenset[str] | None
"""What a filter's field may hold."""

_MOMENT, _SET = "at", "set"


class ExportFormat(StrEnum):
    """The sorts of files, as a form names them."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    NDJSON = "ndjson"
    PDF = "pdf"


FORMATS: Final[Mapping[ExportFormat, Sentence]] = {
    ExportFormat.CSV: Sentence("CSV", "CSV"),
    ExportFormat.XLSX: Sentence("XLSX workbook", "classeur XLSX"),
    ExportFormat.JSON: Sentence("JSON, one array", "JSON, un tableau"),
    ExportFormat.NDJSON: Sentence("JSON, a line to each decision", "JSON, une ligne par décision"),
    ExportFormat.PDF: Sentence("PDF for an inspector, with its CSV", "PDF pour un contrôleur, avec son CSV"),
}
"""What people are shown."""


class ExportOrder(NamedTuple):
    """What somebody asks for.

    Attributes:
        wanted: which decisions; it holds already whose decisions the owner may see.
        form: the sort of file.
        language: of headings, words and reasons.
        zone: the time zone of its times.
        site: how the machine is called in it.
        owner: who asked.
        principals: the principals that the owner was bound to; None for all.
    """

    wanted: DecisionFilter
    form: ExportFormat
    language: Language
    zone: ZoneInfo
    site: str
    owner: str
    principals: frozenset[str] | None = None


def order_text(order: ExportOrder) -> str:
    """An order as JSON."""
    wanted = {one.name: _written(getattr(order.wanted, one.name)) for one in fields(order.wanted)}
    return json.dumps(
        {
            "wanted": wanted,
            "form": order.form.value,
            "language": order.language.value,
            "zone": order.zone.key,
            "site": order.site,
            "owner": order.owner,
            "principals": _written(order.principals),
        }
    )


def read_order(text: str) -> ExportOrder:
    """The order that was written down.

    Raises:
        ExportError: this version can't read it.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        principals = _read(found["principals"])
        return ExportOrder(
            wanted=DecisionFilter(**{name: _read(value) for name, value in found["wanted"].items()}),
            form=ExportFormat(found["form"]),
            language=Language(found["language"]),
            zone=ZoneInfo(found["zone"]),
            site=found["site"],
            owner=found["owner"],
            principals=principals if principals is None else frozenset(principals),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ExportError(
            phrase("the order of an export can't be read: it was written by another version; ask again")
        ) from error


def _written(value: FilterValue) -> object:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    return {_SET: sorted(value)} if isinstance(value, frozenset) else value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((sort, said),) = value.items()
    return datetime.fromisoformat(said) if sort == _MOMENT else frozenset(said)
