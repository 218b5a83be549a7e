import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.journal import record, write_csv, write_json
from gatekeeper.text import csv_safe
from tests.journal.rows import row


@given(st.text(), st.text())
def test_csv_comes_back_as_it_was_shown(dialled: str, campaign: str) -> None:
    """Every row is one record with every column, whatever the values hold."""
    stream = io.StringIO(newline="")
    assert write_csv([row(dialled=dialled, campaign=campaign), row()], stream) == 2
    header, first, _ = csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True)
    assert len(first) == len(header) == 42
    assert first[header.index("dialled")] == csv_safe(dialled)
    assert first[header.index("campaign")] == csv_safe(campaign)
    assert len(stream.getvalue().split("\r\n")) == 4


@given(st.text())
def test_json_keeps_every_value(dialled: str) -> None:
    """Every row is one line of ASCII that any program reads back exactly."""
    stream = io.StringIO()
    write_json([row(dialled=dialled, number=None)], stream)
    line, rest = stream.getvalue().split("\n")
    assert rest == ""
    assert line.isascii()
    assert json.loads(line)["dialled"] == dialled


def test_times_and_numbers_are_shown_as_people_write_them() -> None:
    """The time as ISO 8601 in UTC to the microsecond, the number with its plus."""
    shown = record(row(at=1_700_000_000_000_001, number=33612345678))
    assert (shown["at"], shown["number"]) == ("2023-11-14T22:13:20.000001Z", "+33612345678")
    assert record(row(number=None))["number"] is None
    assert record(row(retry_at=1_700_000_000_000_000))["retry_at"] == "2023-11-14T22:13:20.000000Z"
    assert record(row())["retry_at"] == ""
