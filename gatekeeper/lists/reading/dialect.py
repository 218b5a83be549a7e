"""Finding out how a list file is laid out: delimiter, header, and the columns of numbers, answers and dates."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.errors import ImportRefused
from gatekeeper.lists.formats.model import Answers, Layout
from gatekeeper.lists.reading.options import ImportOptions

_LINES = 200
_MOST = 0.8  # the share of sample lines that must agree for a delimiter to be believed
_HALF = 0.5  # the share of a column's cells that must be numbers for it to be taken for the numbers' column
_SHOWN = 20  # columns named in an error
_LIKELY = ["cp1252", "cp1250", "mac_roman", "cp850", "big5", "cp932", "cp1251"]
"""Encodings based on ASCII that exports come in where they are not in UTF-8. They only matter to columns' names."""

Numberish = Callable[[str], bool]


class Dialect(NamedTuple):
    """How a text is laid out.

    Attributes:
        delimiter: one byte; b"" for one number a line.
        column: where the numbers are, counted from 0.
        columns: how many columns a line has.
        header: whether the first line names the columns.
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
    area: int = 0
    answer: int | None = None
    answers: Answers | None = None
    date: int | None = None


def find_dialect(
    sample: bytes, options: ImportOptions, numberish: Numberish, name: str, layout: Layout | None = None
) -> Dialect:
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
    layout = layout or Layout()
    wanted = options.column if options.column is not None else layout.column
    lines = [line for line in _text(sample, wanted).splitlines()[:_LINES] if line.strip()]
    if not lines:
        raise ImportRefused(f"{name} has no lines in it: nothing was imported")
    delimiter = _delimiter(options, layout, lines)
    rows = [join_area(_cells(line, delimiter), layout.area) for line in lines]
    told = options.header if options.header is not None else layout.header
    header = told if told is not None else _has_header(rows, wanted, numberish)
    names, body = (rows[0], rows[1:]) if header else ([], rows)
    # A layout's own number of a column need not be in a file that has no good line.
    column = _fixed(wanted) if options.column is None else None
    if column is None:
        column = _find_column(names, body, wanted, numberish, name)
    _refuse_foreign(body, layout, name)
    columns = Counter(len(row) for row in body or rows).most_common(1)[0][0]
    return Dialect(
        delimiter.encode(),
        column,
        max(columns, column + 1),
        header,
        layout.area,
        _find_answers(names, body, layout.answers, name) if layout.answers else None,
        layout.answers,
        _place(names, layout.date, name) if layout.date is not None else None,
    )


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one record, quotes taken off. Raises `csv.Error` for one that makes no sense."""
    return next(csv.reader([text], delimiter=delimiter, strict=True), [])


def join_area(row: list[str], area: int) -> list[str]:
    """The cells of a record, with an area code in the first put before the number in the second."""
    if area and len(row) > 1 and len(row[0]) == area and row[0].isdecimal():
        return [row[0] + row[1], *row[2:]]
    return row


def _text(sample: bytes, wanted: str | int | None) -> str:
    """The sample as text. Only the names of columns depend on the encoding: one in which `wanted` is there is right."""
    try:
        return sample.decode()
    except UnicodeDecodeError as error:
        if error.start > len(sample) - 4:  # the sample ends within a character
            return sample.decode("utf-8", "replace")
    if isinstance(wanted, str):
        head = sample.partition(b"\n")[0]
        for encoding in _LIKELY:
            if wanted.casefold() in head.decode(encoding, "replace").casefold():
                return sample.decode(encoding, "replace")
    # Imported here: few files need it.
    from charset_normalizer import from_bytes

    guess = from_bytes(sample, cp_isolation=_LIKELY).best()
    return sample.decode(guess.encoding if guess else "cp1252", "replace")


def _delimiter(options: ImportOptions, layout: Layout, lines: Sequence[str]) -> str:
    given = options.delimiter if options.delimiter is not None else layout.delimiter
    if given is None:
        return _find_delimiter(lines, layout.candidates)
    return given_delimiter(given) if given or options.delimiter is not None else ""


def given_delimiter(given: str) -> str:
    """The delimiter that a person means: one character, or `tab` or `space`.

    Raises:
        ImportRefused: it can't be one.
    """
    delimiter = {"tab": "\t", "\\t": "\t", "space": " "}.get(given.lower(), given)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '\r\n"\0' or delimiter.isdigit():
        raise ImportRefused(f"{given!r} can't delimit columns: give one ASCII character, or `tab`")
    return delimiter


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


def _has_header(rows: Sequence[Sequence[str]], column: str | int | None, numberish: Numberish) -> bool:
    if isinstance(column, str) and not column.isdigit():
        return True
    first = [cell for cell in rows[0] if cell]
    if any(numberish(cell) or _is_digits(cell) for cell in first):
        return False
    return any(numberish(cell) for row in rows[1:] for cell in row)


def _is_digits(cell: str) -> bool:
    """A cell of a number's characters only is no name of a column, even where it is no valid number."""
    return sum(char.isdigit() for char in cell) * 2 > len(cell)


def _fixed(wanted: str | int | None) -> int | None:
    """The place of a column that is told by its number."""
    return int(wanted) - 1 if isinstance(wanted, int) or (wanted is not None and wanted.isdigit()) else None


def _find_column(
    names: Sequence[str], body: Sequence[Sequence[str]], wanted: str | int | None, numberish: Numberish, name: str
) -> int:
    width = max((len(row) for row in [names, *body]), default=0)
    if isinstance(wanted, str) and (by_name := _named(names, wanted)) is not None:
        return by_name
    if (number := _fixed(wanted)) is not None:
        if not 0 <= number < width:
            raise ImportRefused(f"{name} has no column {number + 1}: it has {width}, counted from 1")
        return number
    if wanted is not None:
        raise ImportRefused(f"{name} has no column {wanted!r}: {_columns(names, width)}")
    return _fullest(names, body, width, numberish, name)


def _named(names: Sequence[str], wanted: str) -> int | None:
    folded = [name.strip().casefold() for name in names]
    key = wanted.strip().casefold()
    return folded.index(key) if key in folded else None


def _place(names: Sequence[str], wanted: str | int, name: str) -> int:
    """A column of a layout, by its name or its number, whether or not the lines reach so far."""
    if isinstance(wanted, str) and (by_name := _named(names, wanted)) is not None:
        return by_name
    number = _fixed(wanted)
    if number is None or number < 0:
        raise ImportRefused(f"{name} has no column {wanted!r}: {_columns(names, len(names))}")
    return number


def _find_answers(names: Sequence[str], body: Sequence[Sequence[str]], answers: Answers, name: str) -> int:
    if answers.column is not None:
        return _place(names, answers.column, name)
    place = _column_of(body, answers.knows)
    if place is None:
        shown = ", ".join(list(answers.words)[:_SHOWN])
        raise ImportRefused(f"{name} has no column of answers ({shown}): is it of another format?")
    return place


def _column_of(body: Sequence[Sequence[str]], knows: Callable[[str], bool]) -> int | None:
    """The column most of whose cells are known words."""
    width = max((len(row) for row in body), default=0)
    known = [sum(len(row) > index and knows(row[index]) for row in body) for index in range(width)]
    best = max(range(width), key=lambda index: known[index], default=None)
    return best if best is not None and known[best] > len(body) * _HALF else None


def _refuse_foreign(body: Sequence[Sequence[str]], layout: Layout, name: str) -> None:
    foreign = {word.casefold() for word in layout.foreign}
    if foreign and _column_of(body, lambda cell: cell.strip().casefold() in foreign) is not None:
        raise ImportRefused(
            f"{name} is a list of changes, which must not replace the whole list: import it with --format "
            f"{layout.foreign_format}"
        )


def _fullest(names: Sequence[str], body: Sequence[Sequence[str]], width: int, numberish: Numberish, name: str) -> int:
    """The one column that is mostly numbers."""
    if width <= 1:
        return 0
    shares = [
        sum(len(row) > index and numberish(row[index]) for row in body) / max(len(body), 1) for index in range(width)
    ]
    full = [index for index, share in enumerate(shares) if share >= _HALF]
    if len(full) > 1:
        which = " and ".join(str(index + 1) for index in full)
        raise ImportRefused(f"{name} has numbers in the columns {which}: say which to take; {_columns(names, width)}")
    if full:
        return full[0]
    best = max(range(width), key=lambda index: shares[index])
    if shares[best] == 0:
        raise ImportRefused(
            f"{name} has no column that holds telephone numbers of this country: say which column, and which country; "
            f"{_columns(names, width)}"
        )
    return best


def _columns(names: Sequence[str], width: int) -> str:
    if not any(names):
        return f"it has {width} column{'s' * (width != 1)} and no header"
    shown = ", ".join(repr(name[:40]) for name in names[:_SHOWN])
    return f"its columns are {shown}" + (" and more" if len(names) > _SHOWN else "")
