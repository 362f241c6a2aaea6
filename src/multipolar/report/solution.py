"""One scenario's results as plain data: what `multipolar solve --json` prints and the desk's page shows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multipolar.equilibrium.outcome import Outcome


def sources_of(notes: Any) -> list[str]:
    """Notes of a scenario as lines, each with its source."""
    return [f"{note.text} ({note.source})" if note.source else note.text for note in notes]


def outcome_data(outcome: "Outcome", economies: Sequence[str]) -> dict[str, Any]:
    """An outcome as JSON has it: by country, for the groups asked for, and for the world, with units and notes."""
    data = outcome.to_dict()
    groups = [name for name in economies if name not in outcome.world.countries and name != "world"]
    if economies:
        data["countries"] = {code: row for code, row in data["countries"].items() if code in economies}
    data["groups"] = {name: outcome.group(name).to_dict() for name in groups}
    return data | {
        "title": outcome.scenario.title, "notes": sources_of(outcome.scenario.notes),
        "relative_to": outcome.baseline.scenario.name if outcome.baseline else "base year",
        "units": data["units"] | {"exports of groups": "million USD", "rates": "fraction"}}
