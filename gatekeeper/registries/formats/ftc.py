"""The national Do Not Call registry of the United States, as the FTC delivers it to telemarketers."""

from gatekeeper.registries.formats.northamerica import pair

FORMATS = pair("ftc", "FTC National Do Not Call Registry", "US", "16 CFR 310.4(b)(1)(iii)(B)", "ftc")
