"""With MULTIPOLAR_STRICT_SKIPS=1 a skip is a failure, except for the platform's sake."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INSIDE = """
import pytest

def test_without_tables(published):
    raise AssertionError("not reached")

@pytest.mark.skipif(True, reason="platform: no such thing here")
def test_platform():
    raise AssertionError("not reached")

@pytest.mark.xfail(raises=ZeroDivisionError)
def test_expected_failure():
    1 / 0
"""

MODULE = "import pytest\npytest.skip('not today', allow_module_level=True)\n"


@pytest.mark.parametrize(("strict", "code", "closing"), [
    ("0", 0, "3 skipped, 1 xfailed"),
    ("1", 1, "1 skipped, 1 xfailed, 2 errors"),
])
def test_skips_fail_when_strict(tmp_path, strict, code, closing):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "test_inside.py").write_text(INSIDE)
    (tmp_path / "test_module.py").write_text(MODULE)
    environment = {name: value for name, value in os.environ.items() if name != "MULTIPOLAR_TEST_DATA"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path),
         "--continue-on-collection-errors", str(tmp_path)],
        env=environment | {"MULTIPOLAR_STRICT_SKIPS": strict}, cwd=tmp_path, capture_output=True, text=True,
        check=False)
    assert (done.returncode, closing in done.stdout) == (code, True), done.stdout + done.stderr
