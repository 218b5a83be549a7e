"""The national Do Not Call registry of the United States, as the FTC delivers it to telemarketers."""

from gatekeeper.registries.formats.northamerica import pair

FORMATS = pair("ftc", "FTC National Do Not Call Registry", "US")
