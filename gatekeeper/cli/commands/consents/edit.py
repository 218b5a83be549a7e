"""`gatekeeper consent add`, `gatekeeper consent withdraw` and `gatekeeper consent text add`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatekeeper.cli.consents import WhoseContact, WhoseNumber, Zone, named, whose, zone_of
from gatekeeper.cli.context import invocation, note
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.operator_name import who
from gatekeeper.cli.output import say
from gatekeeper.cli.stores import open_consents
from gatekeeper.clock import now_micros
from gatekeeper.errors import ConsentError, RejectedConsentError
from gatekeeper.policy.ledger import EventKind
from gatekeeper.translation import phrase, trouble_of
from gatekeeper.words import Language, printed

if TYPE_CHECKING:
    from gatekeeper.consents import ConsentStore

_VIA = "command line"
_LONGEST_NAME = 80
Principal = Annotated[str, typer.Option("--principal", metavar="NAME", help="The company that it concerns.")]
Proof = Annotated[
    str, typer.Option("--proof", metavar="FILE", help="A file to be kept, a SHA-256, or ref: and a reference.")
]
NoteText = Annotated[str, typer.Option("--note", metavar="TEXT", help="What else is to be kept.")]


def add(
    context: typer.Context,
    *,
    number: WhoseNumber = "",
    contact: WhoseContact = "",
    principal: Principal = "",
    third_parties: Annotated[
        str, typer.Option("--third-party", metavar="NAMES", help="Who was named as calling for it, divided by |.")
    ] = "",
    goods: Annotated[str, typer.Option(metavar="GOODS", help="What may be called about, divided by |.")] = "",
    shown: Annotated[
        str, typer.Option("--text", metavar="ID", help="The text that was shown: see `gatekeeper consent text add`.")
    ] = "",
    collected_at: Annotated[str, typer.Option(metavar="TIME", help="When it was given, with the hour.")],
    until: Annotated[str, typer.Option(metavar="TIME", help="The end of the consumer's period.")] = "",
    slots: Annotated[str, typer.Option(metavar="SLOTS", help="tue,thu 18:00-20:00; 2026-11-28 10:00-12:00")] = "",
    channel: Annotated[str, typer.Option(metavar="NAME", help="How it was collected: web, paper, call.")] = "",
    items: Annotated[str, typer.Option(metavar="ITEMS", help="What the request showed: all, or names.")] = "",
    proof: Proof = "",
    robot: Annotated[bool, typer.Option("--robot", help="Given for automated or recorded calls.")] = False,
    written: Annotated[bool, typer.Option("--written", help="Given in writing, and signed.")] = False,
    zone: Zone = "",
    text: NoteText = "",
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Write one consent down. It is in force for the very next call when this returns.

    For example:

      gatekeeper consent add 0612345678 --principal ACME --goods wine --collected-at 2026-11-20T10:15 --items all
      gatekeeper consent add --contact c-4711 --principal ACME --collected-at 2026-11-20T10:15 --proof form.pdf
    """
    settings = invocation(context).settings
    e164 = whose(number, contact, settings)
    from gatekeeper.consents import WrittenBy
    from gatekeeper.consents.importing.cells import lacks
    from gatekeeper.consents.recording import read_consent

    said = {"principal": principal, "third_parties": third_parties, "goods": goods, "text": shown, "channel": channel}
    said |= {"items": items, "slots": slots, "robot": "yes" * robot, "written": "yes" * written}
    said |= {"collected_at": collected_at, "until": until}
    given = read_consent(
        e164, contact, said,
        proof="", zone=zone_of(zone, settings), now=now_micros(), named=_option, where="consent add",
    )  # fmt: skip
    with open_consents(settings) as consents:
        given = given._replace(proof=_proof(consents, proof, text))
        (ident,) = consents.add([given], WrittenBy(who(), _VIA, text))
    say(phrase("{whose}: consent {ident} written down", whose=named(e164, contact), ident=ident))
    missing = lacks(given.terms, proved=bool(given.proof))
    if missing:
        note(phrase("it never counts where the law asks for what it lacks: {missing}", missing=missing))


def withdraw(
    context: typer.Context,
    *,
    number: WhoseNumber = "",
    contact: WhoseContact = "",
    kind: Annotated[
        EventKind, typer.Option(help="What else happened, where it is no withdrawal.")
    ] = EventKind.WITHDRAWAL,
    principal: Principal = "",
    goods: Annotated[str, typer.Option(metavar="GOODS", help="The goods that it concerns; all without.")] = "",
    at: Annotated[str, typer.Option(metavar="TIME", help="When it was said; now without.")] = "",
    channel: Annotated[str, typer.Option(metavar="NAME", help="How it came: call, letter, web.")] = "",
    proof: Proof = "",
    zone: Zone = "",
    text: NoteText = "",
    lang: LanguageOption = Language.EN,
) -> None:
    """Write down that a consumer withdrew; or objected, refused, asked to be called, bought, inquired.

    It is in force for the very next call when this returns. Without --principal it concerns whoever calls.

    For example:

      gatekeeper consent withdraw 0612345678 --channel letter --proof letter.pdf
      gatekeeper consent withdraw 0612345678 --kind objection --principal ACME
      gatekeeper consent withdraw 0612345678 --kind call-back-request --goods insurance --at 2026-11-20T16:00
    """
    settings = invocation(context).settings
    e164 = whose(number, contact, settings)
    from gatekeeper.consents import WrittenBy
    from gatekeeper.consents.recording import read_event
    from gatekeeper.consents.said import ENTRIES

    said = {"principal": principal, "goods": goods, "at": at, "channel": channel}
    given = read_event(
        e164, contact, kind, said, proof="", zone=zone_of(zone, settings), now=now_micros(), named=_option
    )  # fmt: skip
    with open_consents(settings) as consents:
        given = given._replace(proof=_proof(consents, proof, text))
        (ident,) = consents.record([given], WrittenBy(who(), _VIA, text))
    told = printed(ENTRIES[kind.value], lang)
    say(phrase("{whose}: {what} {ident} written down", whose=named(e164, contact), what=told, ident=ident))


def add_text(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Its name, which consents then give, such as web-2026-08.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The text, in UTF-8.")],
    principals: Annotated[
        list[str] | None,
        typer.Option("--principal", metavar="NAME", help="A company whose text it is; may be given several times."),
    ] = None,
    text: NoteText = "",
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Keep a text that consumers are shown when they are asked. It is never changed: a new one has a new name.

    A key for one principal names only texts of that one, and its readers see no others. The same text once more, with
    --principal, gives it to one more.

    For example:

      gatekeeper consent text add web-2026-08 request.txt --principal ACME
    """
    settings = invocation(context).settings
    from gatekeeper.consents import WrittenBy

    try:
        body = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = trouble_of(error) if isinstance(error, OSError) else phrase("it is not UTF-8")
        raise ConsentError(
            phrase("the text {file} can't be read: {why}; nothing was changed", file=file, why=why)
        ) from None
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable() or not body.strip():
        raise ConsentError(phrase("a text has a name of 1 to 80 characters, and says something; nothing was changed"))
    with open_consents(settings) as consents:
        digest = consents.add_text(name, body, WrittenBy(who(), _VIA, text), principals or ())
    say(phrase("{label}: {text}", label=name, text=digest))


def _option(field: str) -> str:
    return "--" + field.replace("_", "-")


def _proof(consents: "ConsentStore", given: str, text: str) -> str:
    """What is kept of a proof.

    Raises:
        ConsentError: it names a file that there is not.
    """
    from gatekeeper.consents import WrittenBy

    file = Path(given)
    if given and file.is_file():
        return consents.keep_proof(file, WrittenBy(who(), _VIA, text))
    from gatekeeper.consents.importing.proof_cells import ProofCells

    try:
        return ProofCells(Path(), None).read(given)
    except RejectedConsentError:
        raise ConsentError(
            phrase("there is no file {given!r}: write ref: before a reference", given=given[:80])
        ) from None
