"""The dialect of a list file: finds its delimiter, its header, and its columns of numbers, answers and dates."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.errors import ImportRefused, TableError
from gatekeeper.registries.formats.model import Answers, TextLayout
from gatekeeper.registries.reading.columns import (
    Chosen,
    Numberish,
    WantedColumn,
    choose,
    placed,
    shown,
)
from gatekeeper.registries.reading.options import ImportOptions
from gatekeeper.registries.reading.text import MAX_RECORD_LINES
from gatekeeper.tabular.columns import number_of
from gatekeeper.tabular.delimiter import delimiter_of
from gatekeeper.tabular.heading import find_heading
from gatekeeper.translation import phrase

_LINES = 200
_MOST = 0.8  # the share of sample lines that must agree for a delimiter to be believed
_HALF = 0.5  # the share of a column's cells that must be answers for it to be taken for the answers' column
_SHOWN = 20  # answers named in an error
_TITLES = 20  # lines above a heading: of when, by whom
_LIKELY = ["cp1252", "cp1250", "mac_roman", "cp850", "big5", "cp932", "cp1251"]
"""Encodings based on ASCII that exports come in where they are not in UTF-8. They only matter to columns' names."""


class ListDialect(NamedTuple):
    """How a text is laid out.

    Attributes:
        delimiter: one byte; b"" for one number a line.
        column: where the numbers are, counted from 0.
        columns: how many columns a line has.
        header: whether the first line names the columns.
        more: other columns of numbers.
        watched: columns in which numbers are looked for that would be left out; None where nobody need look.
        width: how many columns the widest line seen has.
        code: where the country codes are, or None.
        above: lines above the heading that say something else, blank ones not counted.
        names: of the columns, for errors.
        area: digits of a first column that belongs to the number in the next, which it is joined to before columns are
            counted; 0 for none.
        answer: where the answers are, counted from 0; None for none.
        answers: what they mean.
        date: where the dates are, counted from 0; None for none.
    """

    delimiter: bytes
    column: int
    columns: int
    header: bool
    more: tuple[int, ...] = ()
    watched: tuple[int, ...] | None = None
    width: int = 0
    code: int | None = None
    above: int = 0
    names: tuple[str, ...] = ()
    area: int = 0
    answer: int | None = None
    answers: Answers | None = None
    date: int | None = None


def find_dialect(
    sample: bytes, options: ImportOptions, numberish: Numberish, name: str, layout: TextLayout | None = None
) -> ListDialect:
    """The dialect of a text, as far as neither the options nor the layout say it.

    Args:
        sample: the beginning of the text, in UTF-8 or an encoding based on ASCII.
        options: what is known.
        numberish: whether a cell is a telephone number.
        name: of the file, for errors.
        layout: what the file's format says.

    Raises:
        ImportRefused: a column is not there, or can't be told; or the file is of another format.
    """
    layout = layout or TextLayout()
    wanted = options.column if options.column is not None else layout.column
    lines = _records(_text(sample, wanted))
    if not lines:
        raise ImportRefused(phrase("{name} has no lines in it: nothing was imported", name=name))
    delimiter = _delimiter(options, layout, lines, numberish)
    rows = [join_area(_cells(line, delimiter), layout.area) for line in lines]
    told = options.header if options.header is not None else layout.header
    heading = find_heading(rows, told=told, wanted=_names_in(wanted), is_number=numberish)
    rows = rows[heading.above :]
    names, body = (rows[0], rows[1:]) if heading.there else ([], rows)
    _refuse_foreign(body, layout, name)
    # A layout's own number of a column need not be in a file that has no good line.
    place = number_of(wanted) if options.column is None and isinstance(wanted, str | int) else None
    chosen = choose(names, body, wanted, numberish, name) if place is None else Chosen((place,), None, None)
    columns = Counter(len(row) for row in body or rows).most_common(1)[0][0]
    answer = _find_answers(names, body, layout.answers, name) if layout.answers else None
    dates = _place(names, layout.date, name) if layout.date is not None else None
    watched = chosen.watched
    if watched is not None:
        watched = tuple(at for at in watched if at not in (answer, dates)) if delimiter else None
    return ListDialect(
        delimiter.encode(),
        chosen.columns[0],
        max(columns, *(column + 1 for column in chosen.columns)),
        heading.there,
        more=chosen.columns[1:],
        watched=watched,
        width=max(len(row) for row in [names, *body]),
        code=chosen.code if delimiter else None,
        above=heading.above,
        names=tuple(names),
        area=layout.area,
        answer=answer,
        answers=layout.answers,
        date=dates,
    )


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one record, quotes taken off. Raises `csv.Error` for one that makes no sense."""
    return next(csv.reader([text], delimiter=delimiter, strict=True), [])


def join_area(row: list[str], area: int) -> list[str]:
    """The cells of a record, with an area code in the first put before the number in the second."""
    if area and len(row) > 1 and len(row[0]) == area and row[0].isdecimal():
        return [row[0] + row[1], *row[2:]]
    return row


def _text(sample: bytes, wanted: WantedColumn) -> str:
    """The sample as text. Only the names of columns depend on the encoding: one in which `wanted` is there is right."""
    try:
        return sample.decode()
    except UnicodeDecodeError as error:
        if error.start > len(sample) - 4:  # the sample ends within a character
            return sample.decode("utf-8", "replace")
    asked = _names_in(wanted)
    if asked:
        head = sample.partition(b"\n")[0]
        for encoding in _LIKELY:
            if asked[0].casefold() in head.decode(encoding, "replace").casefold():
                return sample.decode(encoding, "replace")
    # Imported here: few files need it.
    from charset_normalizer import from_bytes

    guess = from_bytes(sample, cp_isolation=_LIKELY).best()
    return sample.decode(guess.encoding if guess else "cp1252", "replace")


def _delimiter(options: ImportOptions, layout: TextLayout, lines: Sequence[str], numberish: Numberish) -> str:
    given = options.delimiter if options.delimiter is not None else layout.delimiter
    if given is None:
        return _find_delimiter(lines, layout.candidates) or _below_titles(lines, layout.candidates, numberish)
    return given_delimiter(given) if given or options.delimiter is not None else ""


def given_delimiter(given: str) -> str:
    """The delimiter that a person means.

    Raises:
        ImportRefused: it can't be one.
    """
    try:
        return delimiter_of(given)
    except TableError as error:
        raise ImportRefused(str(error)) from None


def _cells(line: str, delimiter: str) -> list[str]:
    if not delimiter:
        return [line.strip().strip('"')]
    try:
        return [cell.strip() for cell in split_cells(line, delimiter)]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def _find_delimiter(lines: Sequence[str], candidates: str) -> str:
    """The candidate that splits most lines alike; "" where none splits most of them."""
    best, best_score = "", _MOST
    for candidate in candidates:
        widths = Counter(len(_cells(line, candidate)) for line in lines)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = count / len(lines)
        if width > 1 and score >= best_score and (not best or score > best_score):
            best, best_score = candidate, score
    return best


def _below_titles(lines: Sequence[str], candidates: str, numberish: Numberish) -> str:
    """The delimiter of what stands below a title, which few lines have enough of to be outvoted."""
    for above in range(1, min(_TITLES, len(lines) - 1)):
        if numberish(lines[above - 1]):
            return ""
        if found := _find_delimiter(lines[above:], candidates):
            return found
    return ""


def _names_in(wanted: WantedColumn) -> list[str]:
    """The columns that are asked for by name."""
    asked = wanted if isinstance(wanted, tuple) else (wanted,)
    return [one for one in asked if isinstance(one, str) and number_of(one) is None]


def _records(text: str) -> list[str]:
    """The first records that are not blank: lines, or several where a quoted cell has line ends in it."""
    lines = text.splitlines()
    records: list[str] = []
    at = 0
    while at < len(lines) and len(records) < _LINES:
        count = _lines_of_record(lines, at)
        if any(line.strip() for line in lines[at : at + count]):
            records.append("\n".join(lines[at : at + count]))
        at += count
    return records


def _lines_of_record(lines: Sequence[str], at: int) -> int:
    """How many lines the record has that begins at a line; 1 where a quote is opened and never closed."""
    quotes = lines[at].count('"')
    count = 1
    while quotes % 2 and count < MAX_RECORD_LINES and at + count < len(lines):
        quotes += lines[at + count].count('"')
        count += 1
    return 1 if quotes % 2 else count


def _place(names: Sequence[str], wanted: str | int, name: str) -> int:
    """A column of a layout, by its name or its number, whether or not the lines reach so far."""
    place = placed(wanted, names, len(names), name)
    if place is not None:
        return place
    number = number_of(wanted)
    if number is None or number < 0:
        raise ImportRefused(
            phrase("{name} has no column {wanted!r}: {shown}", name=name, wanted=wanted, shown=shown(names, len(names)))
        )
    return number


def _find_answers(names: Sequence[str], body: Sequence[Sequence[str]], answers: Answers, name: str) -> int:
    if answers.column is not None:
        return _place(names, answers.column, name)
    place = _column_of(body, answers.knows)
    if place is None:
        some = ", ".join(list(answers.words)[:_SHOWN])
        raise ImportRefused(
            phrase("{name} has no column of answers ({some}): is it of another format?", name=name, some=some)
        )
    return place


def _column_of(body: Sequence[Sequence[str]], knows: Callable[[str], bool]) -> int | None:
    """The column most of whose cells are known words."""
    width = max((len(row) for row in body), default=0)
    known = [sum(len(row) > index and knows(row[index]) for row in body) for index in range(width)]
    best = max(range(width), key=lambda index: known[index], default=None)
    return best if best is not None and known[best] > len(body) * _HALF else None


def _refuse_foreign(body: Sequence[Sequence[str]], layout: TextLayout, name: str) -> None:
    foreign = {word.casefold() for word in layout.foreign} if layout.answers is None else set()
    if foreign and _column_of(body, lambda cell: cell.strip().casefold() in foreign) is not None:
        raise ImportRefused(
            phrase(
                "{name} is a list of changes, which must not replace the whole list: import it with --format "
                "{foreign_format}",
                name=name,
                foreign_format=layout.foreign_format,
            )
        )
