"""`gatekeeper consent proof`."""

from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli.consents import WhoseContact, WhoseNumber, named, whose
from gatekeeper.cli.context import invocation
from gatekeeper.cli.language import LanguageOption
from gatekeeper.cli.output import say
from gatekeeper.cli.stores import open_consents, open_ledger
from gatekeeper.clock import now_micros
from gatekeeper.errors import ConsentError
from gatekeeper.translation import counted, phrase, trouble_of
from gatekeeper.words import Language


def proof(
    context: typer.Context,
    number: WhoseNumber = "",
    contact: WhoseContact = "",
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where the PDF goes.")] = Path("consent-proof.pdf"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    lang: LanguageOption = Language.EN,  # noqa: ARG001 - what is told is in it from here on
) -> None:
    """Write a consumer's free copy: everything known of the consents, as a PDF in French and English.

    Source: article R.223-2 of the French code de la consommation. The files that are named in it as proofs lie in the
    folder proofs of the data folder, each under its SHA-256.

    For example:

      gatekeeper consent proof 0612345678
      gatekeeper consent proof 0612345678 --output copy.pdf --overwrite
    """
    settings = invocation(context).settings
    e164 = whose(number, contact, settings)
    from contextlib import closing

    from gatekeeper.consents.extract import extract_of
    from gatekeeper.consents.extract_pdf import render

    with open_consents(settings) as consents, closing(open_ledger(settings)) as ledger:
        found = extract_of(ledger, consents, e164, contact)
        texts = {text.name: text for text in consents.texts()}
    data = render(named(e164, contact), found, texts, now_micros())
    try:
        with output.open("wb" if overwrite else "xb") as file:
            file.write(data)
    except FileExistsError:
        raise ConsentError(phrase("{output} is there: give another --output, or --overwrite", output=output)) from None
    except OSError as error:
        raise ConsentError(
            phrase("{output} can't be written: {strerror}", output=output, strerror=trouble_of(error))
        ) from None
    say(counted("{path}: {count:,} entry", "{path}: {count:,} entries", len(found), path=output))
