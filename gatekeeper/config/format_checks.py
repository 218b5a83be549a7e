"""Checks of `[formats.NAME]`, and of the formats that `[lists.NAME]` names."""

from collections.abc import Iterator

from gatekeeper.config.problems import Problem
from gatekeeper.config.schema import closest
from gatekeeper.config.settings import Settings
from gatekeeper.translation import phrase


def format_problems(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong with formats, and with what lists say of them."""
    yield from _formats(settings)
    yield from _list_formats(settings)


def _formats(settings: Settings) -> Iterator[Problem]:
    for name, form in settings.formats.items():
        words = {"callable": form.callable, "listed": form.listed, "removed": form.removed}
        said = [key for key, texts in words.items() if texts]
        if said and not form.answer_column:
            yield Problem(
                ("formats", name, said[0]),
                phrase("says what answers mean, but `answer_column` does not say where they are"),
            )
        if form.kind == "wash" and not (form.callable or form.empty == "callable"):
            yield Problem(
                ("formats", name, "callable"),
                phrase('is empty, but a "wash" must say which answer clears a number to be called'),
            )
        if form.kind == "delta" and not form.removed:
            yield Problem(
                ("formats", name, "removed"),
                phrase('is empty, but a "delta" must say which answer takes a number off the list'),
            )
        seen: set[str] = set()
        for key, texts in words.items():
            for text in texts:
                if text in seen:
                    yield Problem(
                        ("formats", name, key), phrase('has "{text}", which another answer list has, too', text=text)
                    )
                seen.add(text)


def _list_formats(settings: Settings) -> Iterator[Problem]:
    keys = ("format", "changes_format")
    named = [(name, key, getattr(section, key)) for name, section in settings.lists.items() for key in keys]
    for name, section in settings.lists.items():
        if section.changes and not section.changes_format:
            yield Problem(
                ("lists", name, "changes_format"),
                phrase('is missing: in which format are `changes`? Say "ftc-changes"'),
            )
    if not any(wanted for _, _, wanted in named):
        return
    from gatekeeper.registries.formats import builtin  # brings SQLAlchemy in, which most configurations do without

    known = sorted({*builtin(), *settings.formats})
    for name, key, wanted in named:
        if wanted and wanted not in known:
            meant = closest(wanted, known)
            hint = phrase('Did you mean "{meant}"? ', meant=meant) if meant else ""
            yield Problem(
                ("lists", name, key),
                phrase(
                    'is "{wanted}", which is no format. {hint}There are: {names}; or add a table [formats.{wanted}]',
                    wanted=wanted,
                    hint=hint,
                    names=", ".join(known),
                ),
            )
