"""Text, CSV and XLSX of any layout: everything is found out, or said by options. The same as naming no format."""

from gatekeeper.registries.formats.model import Format
from gatekeeper.translation import marked

FORMATS = (Format("text", marked("Text, CSV or XLSX with one number a line or row")),)
