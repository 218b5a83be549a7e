"""Translation: says a text in the language of whoever has something done; in English where nobody said which.

A text stands in English where it is said, with `{name}` for what differs from case to case. Its French stands in
`locales/fr/*.po`, which a test holds complete. Who begins work for somebody names the language once: a command, a page,
a question on the control socket, a process of its own (`speak`, `speaking`). Everything below says its texts by
`phrase`, so that an error, a refused row and a file of rejects are in the language of who reads them, whatever passes
them on.
The daemon's own log and everything kept for programs (`/v1`, JSON keys, codes) stays English.
"""

import gettext
import os
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from gatekeeper.words import NARROW, Language, typeset

LOCALES: Final = Path(__file__).with_name("locales")

_LANGUAGE: Final = ContextVar("language", default=Language.EN)
_NOT_CONNECTED: Final = re.compile(r"\[Errno (\d+)\] Connect call failed")
"""In what asyncio says of an address, and of several."""

_FIGURES: Final = {ord(","): NARROW, ord("."): ",", ord("%"): f"{NARROW}%"}


def language() -> Language:
    """The language of who has something done."""
    return _LANGUAGE.get()


def speak(wanted: Language) -> None:
    """From here on say everything in a language: to the end of this process, task or thread."""
    _LANGUAGE.set(wanted)


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Say everything within in a language."""
    token = _LANGUAGE.set(wanted)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


class Phrase(str):
    """A text that remembers what it was said by: what is wrong for long is told in another language later.

    Attributes:
        text: in English.
        values: by their names.
    """

    __slots__ = ("text", "values")
    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        """Itself, so that `str(error)` remembers, too."""
        return self


def phrase(text: str, /, **values: object) -> str:
    """A text with its values, in the language of who has something done.

    Args:
        text: in English; `{name}` for a value.
        values: by their names.
    """
    if _LANGUAGE.get() is Language.FR:
        told = _in_french(_catalog().gettext(text), values)
    else:
        told = text.format(**values) if values else text
    made = Phrase(told)
    made.text, made.values = text, values
    return made


def retold(text: object) -> str:
    """A text that was said earlier, or an error's, in the language of who asks now, as far as it remembers."""
    told = text if isinstance(text, str) else str(text)
    if not isinstance(told, Phrase):
        return told
    again = {name: retold(one) if isinstance(one, Phrase | Exception) else one for name, one in told.values.items()}
    return phrase(told.text, **again)


def joined(texts: Iterable[str]) -> str:
    """Several texts as one, each of which can be told again in another language."""
    found = list(texts)
    if not found:
        return ""
    whole = found[0]
    for text in found[1:]:
        whole = phrase("{before}; {text}", before=whole, text=text)
    return whole


def counted(singular: str, plural: str, count: int, /, **values: object) -> str:
    """The same of a text that depends on how many there are: `{count}`."""
    if _LANGUAGE.get() is Language.FR:
        return _in_french(_catalog().ngettext(singular, plural, count), {"count": count, **values})
    return (singular if count == 1 else plural).format(count=count, **values)


def trouble_of(error: OSError) -> str:
    """What the operating system says of an error (`strerror`); asyncio has words and addresses of its own instead."""
    refused = _NOT_CONNECTED.search(str(error))
    return phrase(os.strerror(int(refused[1])) if refused else error.strerror or str(error))


def from_catalog(text: str, folder: Path) -> str:
    """A text that stands elsewhere in English, in the language of who has something done.

    Args:
        text: in English, with nothing to fill in.
        folder: its French is in: texts of a kind that most of what is done says none of have one to themselves.
    """
    return _catalog(folder).gettext(text) if _LANGUAGE.get() is Language.FR else text


def marked(text: str) -> str:
    """The text itself, which `phrase` says later: marks it as one that needs its French."""
    return text


def figure(number: float, form: str = ",", wanted: Language | None = None) -> str:
    """A number as a language writes it: `1,234,567.5`, and in French with narrow blanks and a comma.

    Args:
        number: which.
        form: as `format` takes it.
        wanted: the language; None for that of who has something done.
    """
    written = format(number, form)
    return written.translate(_FIGURES) if (wanted or _LANGUAGE.get()) is Language.FR else written


class Messages(gettext.NullTranslations):
    """The messages of one language.

    Args:
        messages: what stands for each English text; of a text with a plural, both forms.
    """

    def __init__(self, messages: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        """A text."""
        found = self.messages.get(message)
        return found[0] if found else message

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """A text that depends on a count: in French nothing and one are singular."""
        found = self.messages.get(singular)
        if not found:
            return singular if count == 1 else plural
        return found[0] if count < 2 or len(found) == 1 else found[1]  # noqa: PLR2004 - the plural begins with two


def read_french(folder: Path) -> Messages:
    """The French messages of a folder, out of all its files."""
    messages: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / Language.FR.value).glob("*.po")):
        for one, said in _read(path).items():
            if messages.setdefault(one, said) != said:
                raise ValueError(f"{path}: {one!r} is translated otherwise in another file")
    return Messages(messages)


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    from babel.messages.pofile import read_po  # whatever speaks English does without

    with path.open("rb") as file:
        found = read_po(file, ignore_obsolete=True)
    messages: dict[str, tuple[str, ...]] = {}
    for message in found:
        ident = message.id[0] if isinstance(message.id, list | tuple) else message.id
        forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
        said = tuple(typeset(form or "") for form in forms)
        if ident and all(said) and not message.fuzzy:
            messages[ident] = said
    return messages


@lru_cache
def _catalog(folder: Path = LOCALES) -> Messages:
    return read_french(folder)


def _in_french(text: str, values: Mapping[str, object]) -> str:
    if not values:
        return text
    told = {name: retold(value) if isinstance(value, Phrase | Exception) else value for name, value in values.items()}
    return _FRENCH.vformat(text, (), told)


_OF_SYSTEM: Final = (
    marked("No such file or directory"),
    marked("Permission denied"),
    marked("Operation not permitted"),
    marked("No space left on device"),
    marked("Disk quota exceeded"),
    marked("Read-only file system"),
    marked("Input/output error"),
    marked("File exists"),
    marked("Is a directory"),
    marked("Not a directory"),
    marked("File name too long"),
    marked("Too many open files"),
    marked("Connection refused"),
    marked("Connection reset by peer"),
    marked("Connection timed out"),
    marked("Network is unreachable"),
    marked("No route to host"),
    marked("Broken pipe"),
)
"""What `trouble_of` meets most (errno(3)); what else there is stays English."""


class _FrenchFormatter(string.Formatter):
    """What `str.format` does, with French quotation marks and figures."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """`{name!r}` is quoted, with what can't be seen escaped."""
        if conversion == "r" and isinstance(value, str):
            return f"«{NARROW}{repr(value)[1:-1]}{NARROW}»"
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        """A number with a form is written as French writes it."""
        written: str = super().format_field(value, format_spec)
        return written.translate(_FIGURES) if format_spec and isinstance(value, int | float) else written


_FRENCH: Final = _FrenchFormatter()
