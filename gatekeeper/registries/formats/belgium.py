"""Belgium's Do Not Call Me list (DNCM): text, a number and the date of its registration on each line."""

from gatekeeper.registries.formats.model import Format, TextLayout

DAYS = 5
"""How long a delivery may be used."""

FORMATS = (
    Format(
        "belgium",
        "Belgium, Do Not Call Me",
        country="BE",
        max_age_days=DAYS,
        legal_basis="Code de droit économique, art. VI.110, § 2",
        registry="dncm",
        layout=TextLayout(candidates=";,\t| ", column=1, date=2),
    ),
)
