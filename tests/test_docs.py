"""Every code block of README.md and docs/ works as printed.

In one file, blocks share a folder and a Python namespace, top to bottom:

- `python` blocks are executed;
- `yaml NAME.yaml` blocks are saved under that name, `yaml` blocks without one are not; all must be valid scenarios;
- `sh` blocks: lines that call `multipolar` are run; `make X` must be a target of the Makefile;
- `console` blocks: lines after `$ ` are run, and what is printed below them must be what they print on standard
  output, where `...` stands for anything (doctest's rules, without regard to the amount of white space);
- `json` blocks must parse;
- `text`, `bibtex` and `csv` blocks are not code.

A block that cannot be run is preceded by `<!-- not run: reason -->`; anything else fails.
"""

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import multipolar

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*) *(?P<title>[^\n]*)\n(?P<code>.*?)^(?P=indent)``` *$", re.M | re.S)
MARK = re.compile(r"<!-- not run: \S[^\n]* -->\s*\Z")
NOT_CODE = {"text", "bibtex", "csv"}
ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass
class Block:
    page: Path
    line: int           # of its first line of code
    language: str
    title: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line} ({self.language})"


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        if MARK.search(text, 0, match.start()):
            continue
        indent = len(match["indent"])
        code = "".join(line[indent:] for line in match["code"].splitlines(keepends=True))
        line = text.count("\n", 0, match.start("code")) + 1
        found.append(Block(page, line, match["language"], match["title"].strip(), code))
    return found


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


@pytest.fixture
def command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose PATH has `multipolar`: the installed one, or its entry point where none is installed."""
    folder = Path(sys.executable).parent
    if not shutil.which("multipolar", path=str(folder)):
        folder = tmp_path_factory.mktemp("bin")
        start = folder / "multipolar"
        source = Path(multipolar.__file__).parents[1]
        start.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m multipolar.cli.app "$@"\n')
        start.chmod(0o755)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120", "NO_COLOR": "1",
                         "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}


def run_line(block: Block, line: str, environment: dict[str, str]) -> str:
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], env=environment, capture_output=True, text=True,
                          encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, f"{block}: `{line}` ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_sh(block: Block, environment: dict[str, str]) -> None:
    for line in block.code.replace("\\\n", " ").splitlines():
        command = line.partition(" #")[0].strip()
        if command.startswith("multipolar "):
            run_line(block, command, environment)
        elif command and not command.startswith("#"):
            program, _, target = command.partition(" ")
            assert program == "make", f"{block}: `{command}` is not run by the tests: mark it <!-- not run: reason -->"
            assert target in make_targets(), f"{block}: the Makefile has no target {target}"


def run_console(block: Block, environment: dict[str, str]) -> None:
    commands = re.split(r"^\$ ", block.code.replace("\\\n", " "), flags=re.M)
    assert not commands[0].strip(), f"{block}: begins with output; a command line begins with `$ `"
    for part in commands[1:]:
        command, _, expected = part.partition("\n")
        printed = run_line(block, command, environment)
        if expected.strip():
            assert doctest.OutputChecker().check_output(expected, printed, ALIKE), (
                f"{block}: `{command}` now prints\n{printed}\ninstead of\n{expected}")


def run_yaml(block: Block) -> None:
    path = Path(block.title or "unnamed-block.yaml")
    assert path.suffix == ".yaml", f"{block}: a yaml block's title is the file it is saved as, not {block.title!r}"
    path.write_text(block.code, encoding="utf-8")
    multipolar.load_scenario(str(path))
    if not block.title:
        path.unlink()


def run_block(block: Block, namespace: dict[str, object], environment: dict[str, str]) -> None:
    match block.language:
        case "python":
            exec(compile("\n" * (block.line - 1) + block.code, str(block.page), "exec"), namespace)
        case "sh":
            run_sh(block, environment)
        case "console":
            run_console(block, environment)
        case "yaml":
            run_yaml(block)
        case "json":
            json.loads(block.code)
        case language:
            assert language in NOT_CODE, f"{block}: name its language, or mark it <!-- not run: reason -->"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_code_block_works(page, tmp_path, monkeypatch, command_line):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks_of(page):
        run_block(block, namespace, command_line)


def test_readme_gives_the_two_commands():
    commands = [line.partition(" #")[0].strip() for block in blocks_of(ROOT / "README.md") if block.language == "sh"
                for line in block.code.splitlines()]
    assert "make run" in commands
    assert "make test" in commands


@pytest.mark.parametrize(("text", "complaint"), [
    ("```python\nassert 1 == 2, 'broken'\n```\n", "broken"),
    ("```sh\nmake no-such-target\n```\n", "no target no-such-target"),
    ("```sh\ncurl example\n```\n", "not run by the tests"),
    ("```console\n$ echo multipolar\nunipolar\n```\n", "now prints"),
    ("```console\n$ false\n```\n", "ended with 1"),
    ("```\nnameless\n```\n", "name its language"),
])
def test_a_broken_block_is_found(text, complaint, tmp_path, monkeypatch, command_line):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    [block] = blocks_of(page)
    with pytest.raises(AssertionError, match=complaint):
        run_block(block, {}, command_line)


def test_a_marked_block_is_left_alone_and_only_that(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- not run: shows an error -->\n```python\n1 / 0\n```\n\n  ```python\n  x = 1\n  ```\n")
    [block] = blocks_of(page)
    assert (block.code, block.line) == ("x = 1\n", 7)
