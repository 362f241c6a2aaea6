"""A whole scenario in a few hundred letters, for the address of a page: compressed, versioned, hashed.

``1.`` and then, in base 64 for addresses, deflated JSON: the scenario, the version of multipolar that wrote it, and
the world and the scenario's hash there, so that whoever opens it elsewhere learns whether numbers will be the same.
"""

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multipolar.catalogue import _
from multipolar.errors import ScenarioError
from multipolar.measures.elsewhere import LONGEST, plain_data, scenario_from_data
from multipolar.measures.scenario import Scenario

if TYPE_CHECKING:
    from multipolar.world.world import World

FORM = "1"
"""Version of the form of a link."""
LONGEST_LINK = 60_000
_HASH_LETTERS = 16
_LINK = re.compile(r"(?:[^#\s]*#)?(\d+)\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Link:
    """What a link says: the scenario, and with what its maker solved it. Hashes are their first 16 letters."""

    scenario: Scenario
    version: str
    world: str
    world_hash: str
    scenario_hash: str

    def differences(self, world: "World", version: str) -> tuple[str, ...]:
        """Why this program on this world may give other numbers than the maker of the link saw; empty if it will not.
        """
        if self.world_hash != world.hash[:_HASH_LETTERS]:
            return (_("The link was made on the world {theirs} ({their_hash}); this is {ours} ({our_hash}), so the "
                      "numbers differ.", theirs=self.world, their_hash=self.world_hash, ours=world.name,
                      our_hash=world.hash[:_HASH_LETTERS]),)
        found = []
        if self.version != version:
            found.append(_("The link was made with multipolar {theirs}; this is {ours}, so numbers may differ.",
                           theirs=self.version, ours=version))
        if self.scenario_hash != self.scenario.hash(world)[:_HASH_LETTERS]:
            found.append(_("The scenario means something else here than where the link was made (hash {theirs}), so "
                           "the numbers differ.", theirs=self.scenario_hash))
        return tuple(found)


def write_link(scenario: Scenario, world: "World", scenario_hash: str, version: str) -> str:
    """The link of a scenario that was solved on a world; what it extends is written out."""
    data = {"multipolar": version, "world": world.name, "world_hash": world.hash[:_HASH_LETTERS],
            "hash": scenario_hash[:_HASH_LETTERS], "scenario": plain_data(scenario.resolved())}
    packed = zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), level=9)
    return f"{FORM}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def is_link(text: str) -> bool:
    """Whether a text is a link, or an address that ends in one."""
    return _LINK.fullmatch(text.strip()) is not None


def read_link(text: str) -> Link:
    """What a link, or an address that ends in one, says.

    Raises:
        ScenarioError: it is no link, is cut short or damaged, or is of a later form than this program reads.
    """
    found = _LINK.fullmatch(text.strip()) if len(text) <= LONGEST_LINK else None
    if found is None:
        raise ScenarioError(_("This is no link to a scenario. A link is {form}. and letters, at most {most:,}.",
                              form=FORM, most=LONGEST_LINK))
    if found[1] != FORM:
        raise ScenarioError(_("The link has form {given}; this program reads form {form}. A newer one may read it.",
                              given=found[1], form=FORM))
    data = _unpacked(found[2])
    words = [data.get(key) for key in ("multipolar", "world", "world_hash", "hash")]
    if not all(isinstance(word, str) and len(word) <= 200 for word in words):
        raise ScenarioError(_("The link is damaged: it does not say with which version and world it was made."))
    return Link(scenario_from_data(data.get("scenario")), *map(str, words))


def _unpacked(letters: str) -> dict[str, Any]:
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        reader = zlib.decompressobj()
        text = reader.decompress(packed, max_length=LONGEST)     # a link of a kilobyte could unpack to a gigabyte
        if not reader.eof:
            raise ValueError("cut short, or too long")
        data = json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise ScenarioError(_("The link is damaged or was cut short: {reason}. Copy it again, whole.",
                              reason=str(error))) from error
    if not isinstance(data, dict):
        raise ScenarioError(_("The link is damaged: it holds no fields."))
    return data
