"""`gatekeeper list show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.listwords import word, words, zone_said
from gatekeeper.cli.numbers import read_number
from gatekeeper.cli.output import console, say, say_json, table
from gatekeeper.cli.stores import open_lists
from gatekeeper.cli.times import iso, shown
from gatekeeper.phone import display
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.lists import Membership
    from gatekeeper.lists.ledger.answers import AnswerRecord


def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number, written as you like.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each list and each answer.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show on which lists a number is, since when, who changed that by hand, and what registries answered about it.

    For example:

      gatekeeper list show 0612345678
      gatekeeper list show 0612345678 --lang fr
      gatekeeper list show "+33 6 12 34 56 78" --json
    """
    settings = invocation(context).settings
    e164 = read_number(number, settings)
    with open_lists(settings) as store:
        memberships = store.show(e164)
        answers = store.answers(e164)
    if as_json:
        for membership in memberships:
            say_json(_record(membership))
        for answer in answers:
            say_json(_answer(answer))
        return
    listed = [membership.list for membership in memberships if membership.listed]
    said = word("on", lang).format(", ".join(listed)) if listed else word("on_none", lang)
    say(f"{display(e164)}: {said}")
    if memberships:
        say()
        _show(memberships, lang)
    if answers:
        say()
        _show_answers(answers, lang)


def _record(membership: "Membership") -> dict[str, object]:
    return {
        "list": membership.list,
        "kind": membership.kind,
        "listed": membership.listed,
        "version": membership.version,
        "source": membership.source,
        "since": iso(membership.since),
        "by": membership.by,
        "note": membership.note,
        "cleared_until": iso(membership.cleared_until),
        "changes": [
            {"at": iso(change.at), "op": change.op, "by": change.by, "note": change.note}
            for change in membership.changes
        ],
    }


def _answer(answer: "AnswerRecord") -> dict[str, object]:
    return {**answer._asdict(), "kind": "query", "asked_at": iso(answer.asked_at), "until": iso(answer.until)}


def _show_answers(answers: "list[AnswerRecord]", lang: Language) -> None:
    made = table(*words(lang, "asked", "list", "with", "answer", "ends"), wrap=words(lang, "with"))
    for one in answers:
        asked_with = " ".join(filter(None, (one.consent, one.region)))
        outcome = word("answered_listed" if one.outcome == "listed" else one.outcome, lang)
        made.add_row(shown(one.asked_at), one.list, asked_with, outcome, shown(one.until))
    out = console()
    out.print(word("answers", lang), style="bold")
    out.print(made)


def _show(memberships: "list[Membership]", lang: Language) -> None:
    from gatekeeper.text import escaped

    heads = words(lang, "list", "kind", "listed", "version", "since", "by", "from")
    made = table(*heads, wrap=words(lang, "by", "from"))
    for one in memberships:
        origin = " ".join(part for part in (word("hand", lang) if one.source == "hand" else "", one.note) if part)
        listed = word("yes" if one.listed else "no", lang)
        if one.cleared_until is not None:
            listed = word("no_until", lang).format(shown(one.cleared_until)[:10])
        since = shown(one.since)
        made.add_row(
            one.list,
            word(one.kind, lang),
            listed,
            str(one.version),
            since,
            escaped(one.by),
            escaped(origin) if one.listed else "",
            style="bold" if one.listed else "dim",
        )
    out = console()
    out.print(made)
    changes = sorted((change.at, one.list, change) for one in memberships for change in one.changes)
    if changes:
        history = table(*words(lang, "time", "list", "change", "by", "note"), wrap=words(lang, "by", "note"))
        for at, name, change in changes:
            history.add_row(shown(at), name, word(change.op, lang), escaped(change.by), escaped(change.note))
        out.print()
        out.print(word("history", lang), style="bold")
        out.print(history)
    out.print(zone_said(lang), style="dim")
