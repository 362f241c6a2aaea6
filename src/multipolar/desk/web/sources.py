"""Which sources desk/static was built from: SHA-256 over every file of desk/web, kept beside what was built.

    python src/multipolar/desk/web/sources.py           print it
    python src/multipolar/desk/web/sources.py --write   write it to desk/static/SOURCES.sha256, after a build
"""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
RECORD = HERE.parent / "static" / "SOURCES.sha256"
NOT_SOURCES = {"node_modules", "__pycache__", ".svelte-kit"}


def digest(folder: Path = HERE) -> str:
    """The hash over paths and contents, in the order of paths; line ends do not count."""
    found = hashlib.sha256()
    files = [path for path in folder.rglob("*") if path.is_file() and not NOT_SOURCES & {*path.parts}]
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def with_one_kind_of_line_ends(path: Path) -> None:
    """Some programs' licences come with other line ends than git keeps, and a rebuilt file would look changed."""
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        with_one_kind_of_line_ends(RECORD.parent / "licences.md")
        RECORD.write_text(f"{digest()}\n", encoding="utf-8")
    else:
        print(digest())
