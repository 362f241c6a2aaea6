"""Scenarios as the page sends them."""

from typing import Any

TARIFF = {"kind": "tariff", "importer": "USA", "exporter": "CHN", "sector": "all", "rate": 0.4}


def scenario(*measures: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A scenario as the page sends it; a tariff where no measure is given."""
    return {"version": 1, "name": "mine", "measures": list(measures or (TARIFF,)), **fields}
