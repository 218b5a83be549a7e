"""`gatekeeper consent show` and `gatekeeper consent status`."""

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.consents import WhoseContact, WhoseNumber, named, whose
from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.listwords import zone_said
from gatekeeper.cli.output import console, count, say, say_counts, say_json, table, width
from gatekeeper.cli.stores import open_consents, open_ledger
from gatekeeper.cli.times import iso, shown
from gatekeeper.translation import marked, phrase
from gatekeeper.words import Language, printed

if TYPE_CHECKING:
    from gatekeeper.consents.extract import ExtractEntry

_COUNTS = {
    "imported": marked("imported"),
    "consent": marked("consents by hand"),
    "withdrawal": marked("withdrawals"),
    "objection": marked("objections"),
    "refusal": marked("offers refused"),
    "call_back_request": marked("requests to be called back"),
    "purchase": marked("purchases"),
    "inquiry": marked("requests for information"),
    "texts": marked("texts"),
    "proofs": marked("proofs"),
}
"""What the ledger has, by the names of its counts."""


def show(
    context: typer.Context,
    number: WhoseNumber = "",
    contact: WhoseContact = "",
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each entry.")] = False,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show everything that the ledger has of a consumer, in the order in which it was written down.

    For example:

      gatekeeper consent show 0612345678
      gatekeeper consent show --contact c-4711 --json
    """
    settings = invocation(context).settings
    e164 = whose(number, contact, settings)
    from contextlib import closing

    from gatekeeper.consents.extract import extract_of

    with open_consents(settings) as consents, closing(open_ledger(settings)) as ledger:
        found = extract_of(ledger, consents, e164, contact)
    if as_json:
        for one in found:
            say_json(
                {**one._asdict(), "at": iso(one.at), "until": iso(one.until or None), "written_at": iso(one.written_at)}
            )
        return
    if not found:
        say(phrase("{whose}: nothing is known", whose=named(e164, contact)))
        return
    for one in found:
        _show_entry(one, lang)
    say(zone_said(lang))


def _show_entry(one: "ExtractEntry", lang: Language) -> None:
    """One below the other, for an entry has more to say than columns on a terminal."""
    from gatekeeper.consents.said import ENTRIES  # the help does without
    from gatekeeper.text import escaped

    say(f"{one.id}  {shown(one.at)}  {printed(ENTRIES[one.kind], lang)}")
    facts = (
        (phrase("principal"), escaped(one.principal)),
        (phrase("third parties"), escaped(", ".join(one.third_parties))),
        (phrase("goods"), escaped(", ".join(one.goods))),
        (phrase("until"), shown(one.until or None)),
        (phrase("slots"), one.slots),
        (phrase("lacks"), one.lacks),
        (phrase("text"), escaped(one.text)),
        (phrase("channel"), escaped(one.channel)),
        (phrase("proof"), escaped(one.proof)),
        (phrase("by"), escaped(one.written_by)),
        (phrase("note"), escaped(one.note)),
    )
    wide = max(len(label) for label, _ in facts) + 2
    for label, value in facts:
        if value:
            lines = textwrap.wrap(value, max(width() - wide - 4, 20), break_on_hyphens=False)
            say(f"    {label:<{wide}}" + f"\n{'':{wide + 4}}".join(lines))
    say()


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Show how much is in the ledger, and what was imported.

    For example:

      gatekeeper consent status
      gatekeeper consent status --json
    """
    settings = invocation(context).settings
    with open_consents(settings) as consents:
        counts, imports = consents.counts(), consents.imports()
    if as_json:
        say_json({"counts": counts, "imports": [{**one._asdict(), "at": iso(one.at)} for one in imports]})
        return
    say_counts(((phrase(_COUNTS[name]), value) for name, value in counts.items()), 20, 0)
    if imports:
        from gatekeeper.text import escaped

        counted = (phrase("Consents"), phrase("Incomplete"), phrase("Rejected"))
        heads = (phrase("Imported"), phrase("File"), *counted, phrase("By"))
        made = table(*heads, right=counted, wrap=(heads[1], heads[-1]))
        for one in imports:
            numbers = (count(one.taken), count(one.void), count(one.rejected))
            made.add_row(shown(one.at), escaped(one.file), *numbers, escaped(one.by))
        console().print(made)
