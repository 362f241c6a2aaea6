"""Scenario files: YAML read with line and column, every problem found, and written so that it loads back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from multipolar.catalogue import _
from multipolar.errors import MultipolarError, ScenarioError, UnknownName
from multipolar.measures.messages import Location, path_text
from multipolar.measures.plain_yaml import LARGEST_TEXT, plain, within_bounds
from multipolar.measures.scenario import SCHEMA_VERSION, Scenario, extended

if TYPE_CHECKING:
    from multipolar.world.world import World

LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file: where (line and column count from 1) and a sentence."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Document:
    """A YAML file as plain data, with the positions of its parts."""

    path: Path
    data: Any
    nodes: Any

    def position(self, location: Location) -> tuple[int, int]:
        """Line and column, from 1, of the value at `location`, or of the deepest part of it that exists."""
        node, line, column = self.nodes, 1, 1
        for part in location:
            if isinstance(node, CommentedMap) and part in node:
                line, column = _key_position(node, part, (line, column))
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line, column = (place + 1 for place in node.lc.item(part))
            else:
                break
            node = node[part]
        return line, column

    def problem(self, location: Location, sentence: str) -> Problem:
        """A problem at `location`, its sentence led by the path of the field."""
        return Problem(*self.position(location), f"{path_text(location)}: {sentence}" if location else sentence)


def _key_position(node: CommentedMap, key: Any, otherwise: tuple[int, int]) -> tuple[int, int]:
    if key not in (node.lc.data or {}):
        return otherwise
    line, column = node.lc.key(key)
    return line + 1, column + 1


class UnreadableText(ScenarioError):
    """A text that is no scenario, or no YAML; carries every problem with its line and column."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem_line(path, problem) for problem in problems))


def problem_line(path: Path, problem: Problem) -> str:
    """``FILE:line:column: sentence``."""
    return f"{path}:{problem.line}:{problem.column}: {problem.message}"


def read_document(path: Path) -> Document:
    """A YAML file that holds a mapping.

    Raises:
        ScenarioError: there is no such file, or it is no YAML; names line and column.
    """
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST_TEXT + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(_("{path} cannot be read: {reason}.", path=str(path), reason=str(error))) from error
    return document_of(text, path)


def document_of(text: str, path: Path) -> Document:
    """A text that holds a mapping; `path` is where it comes from.

    Raises:
        UnreadableText: it is no YAML; names line and column.
    """
    try:
        nodes = YAML(typ="rt").load(within_bounds(text))
        data = plain(nodes, text)
    except ScenarioError as error:
        raise UnreadableText(path, [Problem(1, 1, str(error))]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        sentence = " ".join(str(error.problem or error.context or error).split())
        problem = Problem(line, column, _("this is not YAML: {reason}.", reason=sentence))
        raise UnreadableText(path, [problem]) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise UnreadableText(path, [Problem(1, 1, _("this is not YAML: {reason}.", reason=str(error)))]) from error
    if not isinstance(data, dict):
        raise UnreadableText(path, [Problem(1, 1, _("the file holds no fields; begin with `version: 1` and `name:`."))])
    return Document(path, data, nodes)


def parse(document: Document, *, closed: bool = False) -> tuple[Scenario | None, list[Problem]]:
    """The scenario that a document holds (not yet extended), or None with everything that is wrong with it.

    With `closed`, it may name what is built in and no file.
    """
    version = document.data.get("version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        sentence = (_("`version: {version}` is missing.", version=SCHEMA_VERSION) if version is None else
                    _("version is {given!r}; this program reads version {version}.", given=version,
                      version=SCHEMA_VERSION))
        return None, [Problem(*document.position(("version",)), sentence)]
    folder = document.path.parent
    data = {"name": document.path.stem, **document.data}
    try:
        return Scenario.model_validate(data, context={"folder": folder, "closed": closed}), []
    except ValidationError as error:
        return None, [document.problem(place, sentence) for place, sentence in Scenario.problems(error)]


def parse_text(text: str) -> Scenario:
    """The scenario in a text that comes from elsewhere, which may name no file, with what it extends written out.

    Raises:
        UnreadableText: with line and column of everything that is wrong.
    """
    path = Path(_("scenario"))
    scenario, problems = parse(document_of(text, path), closed=True)
    if scenario is None:
        raise UnreadableText(path, problems)
    return scenario.resolved()


def validate_file(path: Path | str, world: "World | None" = None) -> list[Problem]:
    """Everything wrong with a scenario file, in the order of its lines; an empty list where nothing is.

    With a `world`, also what the file asks of it that it does not have, and measures that contradict each other.
    """
    path = Path(path)
    try:
        document = read_document(path)
    except UnreadableText as error:
        return list(error.problems)
    except ScenarioError as error:
        return [Problem(1, 1, str(error))]
    scenario, problems = parse(document)
    if scenario is None:
        return sorted(problems, key=lambda problem: (problem.line, problem.column))
    for field in ("extends", "baseline"):
        name = getattr(scenario, field)
        if isinstance(name, str):
            try:
                load(name, path.parent, (path.resolve(),))
            except MultipolarError as error:
                problems.append(document.problem((field,), str(error)))
    if world is not None and not problems:
        problems.extend(_problems_on(world, scenario, document))
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _problems_on(world: "World", scenario: Scenario, document: Document) -> list[Problem]:
    problems: list[Problem] = []
    whole = resolve(scenario, document.path.parent)
    try:
        reshaped = whole.reshape(world)
    except MultipolarError as error:
        return [document.problem(("measures",), str(error))]
    for number, measure in enumerate(scenario.measures):
        try:
            measure.lower(reshaped, coarse=whole.coarse)
        except MultipolarError as error:
            problems.append(document.problem(("measures", number), str(error)))
    if not problems:
        try:
            whole.policy(reshaped)
        except MultipolarError as error:
            problems.append(document.problem(("measures",), str(error)))
    return problems


@cache
def _library() -> dict[str, Path]:
    return {path.stem: path for path in sorted(LIBRARY.glob("*.yaml"))}


def built_in_scenarios() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    return tuple(_library())


def looks_like_path(name: str | Path) -> bool:
    """Whether `name` is meant as a file rather than as the name of something built in."""
    return isinstance(name, Path) or name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def load(name: str | Path, folder: Path = Path("."), opened: tuple[Path, ...] = ()) -> Scenario:
    """A built-in scenario, or one from a YAML file below `folder`; `opened` are the files that led here."""
    if looks_like_path(name):
        path = folder / name
    elif str(name) in _library():
        path = _library()[str(name)]
    else:
        raise UnknownName(str(name), _("scenario"), _library())
    if path.resolve() in opened:
        chain = [*(file.name for file in opened[opened.index(path.resolve()):]), path.name]
        raise ScenarioError(_("{path} leads back to itself: {chain}.", path=str(path), chain=" -> ".join(chain)))
    if not path.is_file():
        raise ScenarioError(_("there is no scenario file {path}.", path=str(path)))
    document = read_document(path)
    scenario, problems = parse(document)
    if scenario is None:
        raise UnreadableText(path, problems)
    return resolve(scenario, path.parent, (*opened, path.resolve()))


def resolve(scenario: Scenario, folder: Path, opened: tuple[Path, ...] = ()) -> Scenario:
    """`scenario` with what it extends written out and its baseline, where that is a path, put in its place."""
    if isinstance(scenario.baseline, str) and looks_like_path(scenario.baseline):
        baseline = load(scenario.baseline, folder, opened)
        scenario = scenario.model_copy(update={"baseline": baseline})
    if scenario.extends is None:
        return scenario
    return extended(scenario, load(scenario.extends, folder, opened))


def dump(scenario: Scenario) -> str:
    """YAML text of a scenario, fields at their defaults left out."""
    stream = StringIO()
    writer = YAML(typ="rt")
    writer.width = 110
    writer.dump({"version": SCHEMA_VERSION} | scenario_fields(scenario), stream)
    return stream.getvalue()


def scenario_fields(scenario: Scenario) -> dict[str, Any]:
    """The fields of a scenario that are not at their defaults, the kind of each measure first."""
    data: dict[str, Any] = {"name": scenario.name}
    data |= scenario.model_dump(mode="json", exclude_defaults=True, exclude={"version", "name", "measures"})
    if isinstance(scenario.baseline, Scenario):
        data["baseline"] = scenario_fields(scenario.baseline)
    if scenario.measures:
        data["measures"] = [
            {"kind": one.kind} | one.model_dump(mode="json", exclude_defaults=True, exclude={"kind"})
            for one in scenario.measures]
    return data
