"""Hong Kong's do-not-call registers: a zip of `NNNNNNNN` or `number,date` a line, with a file of its SHA-256.

A number's eight digits can also be read as a date, and a date as a number: the first column is the number.
"""

from gatekeeper.registries.formats.model import Format, TextLayout

FORMATS = (
    Format(
        "hongkong",
        "Hong Kong Do-not-call Register",
        country="HK",
        layout=TextLayout(delimiter=",", column=1, date=2),
        checksum=True,
        legal_basis="Unsolicited Electronic Messages Ordinance (Cap. 593)",
    ),
)
