"""Canada's National Do Not Call List (DNCL): CSV, or XML whose published sample is itself malformed."""

from gatekeeper.registries.formats.northamerica import pair

FORMATS = pair("canada", "Canada's National DNCL", "CA", "Unsolicited Telecommunications Rules (CRTC), Part II", "dncl")
