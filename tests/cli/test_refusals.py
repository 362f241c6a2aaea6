"""Every refusal is a sentence on standard error and an exit status, never a traceback; garbage included."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from typer.testing import CliRunner

from multipolar import __version__
from multipolar.cli.app import app, main
from multipolar.cli.exit_codes import ExitCode, exit_code, exit_code_meanings, sentence
from multipolar.errors import (
    InputError,
    MultipolarError,
    NoEquilibrium,
    NotConverged,
    ScenarioError,
    UnknownName,
    VerificationError,
    WorldError,
)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "command-line.md"


def started(*arguments, before="", stdout=subprocess.PIPE, **environment):
    """The command in a process of its own; `before` is Python that runs first, to break something."""
    code = f"import sys; sys.argv[0] = 'multipolar'; {before}\nfrom multipolar.cli.app import main; main()"
    # As a shell would start it: JAX, imported here, sets TF_CPP_MIN_LOG_LEVEL, which the process would inherit.
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith(("JAX_", "MULTIPOLAR_", "TF_CPP_"))}
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE,
                            text=True, encoding="utf-8", env=variables | environment)


def ended(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize(("error", "code"), [
    (InputError("x"), 3), (WorldError("x"), 3), (ScenarioError("x"), 3), (UnknownName("x", "country", []), 3),
    (FileNotFoundError(2, "No such file", "x.nc"), 3), (NoEquilibrium("unpayable", "x"), 4), (NotConverged("x"), 5),
    (VerificationError("x"), 6), (MultipolarError("x"), 1),
])
def test_every_exception_has_its_exit_status(error, code):
    assert exit_code(error) == code


def test_every_exit_status_is_explained_in_help_and_docs(run):
    assert set(exit_code_meanings()) == set(ExitCode)
    shown, page = " ".join(run("--help").out.split()), PAGE.read_text(encoding="utf-8")
    for code, meaning in exit_code_meanings().items():
        assert f"{code.value} {meaning}" in shown
        assert f"| {code.value} | {meaning}" in page


def test_sentences_of_files_and_notes():
    assert sentence(PermissionError(13, "Permission denied", "x.nc")) == (
        "x.nc cannot be read or written: Permission denied.")
    error = ScenarioError("Wrong.")
    error.add_note("In measure 2.")
    assert sentence(error) == "Wrong.\nIn measure 2."


COMMANDS = [("brief",), ("solve",), ("compare",), ("validate",), ("verify",), ("world", "show"), ("world", "check"),
            ("world", "list"), ("measures",), ("scenarios",), ("scenarios", "show"), ("scenarios", "link"),
            ("desk",), ("variables",), ("exposure",),
            ("corridors",), ("balance",), ("controlled",), ("war",), ("minerals",),
            ("nuclear",), ("rails",), ("path",), ("backtest",)]


@pytest.mark.parametrize("command", [(), ("world",), *COMMANDS], ids=" ".join)
def test_help_has_examples_whose_options_exist(run, command):
    done = run(*command, "--help")
    examples = [line.strip() for line in done.out.partition("Examples:")[2].splitlines()
                if line.strip().startswith("multipolar ")]
    assert done.status == 0
    assert examples
    for example in examples:
        words = example.removeprefix("multipolar ").partition(" > ")[0].partition(" --measure '")[0].split()
        assert words[:len(command)] == list(command) or not command or command == ("world",)
        assert run(*words, "--help").status == 0, example


def test_every_command_is_on_the_page_and_in_help(run):
    page = PAGE.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"multipolar {' '.join(command)}" in page
    names = {command.name or "" for command in app.registered_commands} | {g.name for g in app.registered_groups}
    assert names == {command[0] for command in COMMANDS}


@pytest.mark.parametrize("arguments", [
    ["nothing"], ["solve", "--nothing"], ["solve"], ["solve", "two-blocs", "--deficits", "none"],
    ["solve", "two-blocs", "--top", "-1"], ["solve", "two-blocs", "--out", "x.txt"], ["compare", "two-blocs"],
    ["compare", "two-blocs", "two-blocs"], ["validate"], ["verify"], ["world", "nothing"], ["scenarios", "nothing"],
], ids=" ".join)
def test_usage_errors(run, arguments):
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err


LAUGHS = "kind: tariff, a0: &a0 [ha], " + ", ".join(
    f"a{level}: &a{level} [{', '.join(10 * [f'*a{level - 1}'])}]" for level in range(1, 12)) + ", rate: *a11"


@pytest.mark.parametrize(("arguments", "words"), [
    (["solve", "two-bloc", "--world", "WORLD"], "two-blocs"),
    (["solve", "missing.yaml", "--world", "WORLD"], "missing.yaml"),
    (["solve", "two-blocs", "--world", "reference-2032"], "reference-2023"),
    (["solve", "two-blocs", "--world", "SCENARIO"], "NetCDF"),
    (["solve", "SCENARIO", "--world", "WORLD", "--country", "CHNN"], "CHN"),
    (["solve", "SCENARIO", "--world", "WORLD", "--horizon", "short"], "horizon"),
    (["solve", "--measure", "kind: tarif", "--world", "WORLD"], "tariff"),
    (["solve", "--measure", "rate: 40%", "--world", "WORLD"], "has no kind"),
    (["solve", "--measure", "kind: [", "--world", "WORLD"], "not YAML"),
    (["solve", "--measure", "1: 2", "--world", "WORLD"], "holds no fields"),
    (["solve", "--measure", LAUGHS, "--world", "WORLD"], "aliases"),
    (["solve", "--measure", "kind: tariff, importer: USA, exporter: CHN, rate: 40", "--world", "WORLD"], "0.4"),
    (["solve", "--measure", "kind: tariff, importer: USA, exporter: JPN, rate: 0.4", "--world", "WORLD"], "JPN"),
    (["solve", "SCENARIO", "--world", "WORLD", "--out", "WORLD/inside.nc"], "cannot be read or written"),
    (["compare", "two-blocs", "two-bloc", "--world", "WORLD"], "two-blocs"),
    (["compare", "two-blocs", "SCENARIO", "--world", "WORLD", "--variable", "real_incom"], "real_income"),
    (["compare", "two-blocs", "SCENARIO", "--world", "WORLD", "--variable", "trade"], "by country"),
    (["compare", "SCENARIO", "JAPAN", "--world", "WORLD"], "JPN"),
    (["world", "show", "XYZ", "--world", "WORLD"], "XYZ"),
    (["world", "show", "EU27", "--world", "WORLD"], "not one country"),
    (["world", "check", "--world", "missing.nc"], "missing.nc"),
    (["measures", "tarif"], "tariff"),
    (["scenarios", "show", "two-bloc"], "two-blocs"),
    (["brief", "beijing-2042"], "beijing-2024"),
    (["verify", "missing-folder"], "missing-folder"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_bad_input_is_one_sentence_that_helps(run, world_file, scenario_file, tmp_path, arguments, words):
    japan = tmp_path / "japan.yaml"
    japan.write_text(scenario_file.read_text().replace("CHN", "JPN").replace("my-tariff", "japan"), encoding="utf-8")
    for word, path in (("WORLD", world_file), ("SCENARIO", scenario_file), ("JAPAN", japan)):
        arguments = [argument.replace(word, str(path)) for argument in arguments]
    done = run(*arguments)
    assert (done.status, done.out) == (3, "")
    assert done.err.startswith("Error: ")
    assert words in done.err
    assert "Traceback" not in done.err


def test_debug_shows_where(run, monkeypatch):
    monkeypatch.setenv("MULTIPOLAR_DEBUG", "1")
    done = run("measures", "tarif")
    assert done.status == 3
    assert "Traceback" in done.err
    assert done.err.splitlines()[-1].startswith("Error: ")


def test_ctrl_c_ends_quietly(run, monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("multipolar.measures.registry.describe_measures", interrupt)
    done = run("measures")
    assert (done.status, done.out, done.err) == (130, "", "")


def test_ctrl_c_from_the_terminal_ends_quietly():
    # A process started in the background by a shell ignores the key; one that a terminal starts does not.
    press = ("import os, signal, multipolar.variables as v; signal.signal(signal.SIGINT, signal.default_int_handler); "
             "v.all_variables = lambda: os.kill(os.getpid(), signal.SIGINT) or signal.pause()")
    if not hasattr(signal, "pause"):
        pytest.skip("platform: no POSIX signals")
    assert ended(started("variables", before=press)) == (130, "", "")


def test_a_reader_that_stops_reading_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as nobody:
        assert ended(started("variables", "--json", stdout=nobody)) == (141, None, "")


def test_an_unexpected_fault_says_so_without_a_traceback():
    broken = "import multipolar.variables as v; v.all_variables = lambda: 1 / 0"
    status, out, err = ended(started("variables", before=broken))
    assert (status, out) == (1, "")
    assert err == ("Unexpected fault, an error in multipolar: ZeroDivisionError: division by zero "
                   "(MULTIPOLAR_DEBUG=1 shows where it arose).\n")
    status, out, err = ended(started("variables", before=broken, MULTIPOLAR_DEBUG="1"))
    assert status == 1
    assert "Traceback" in err


def test_a_terminal_that_lacks_a_sign_is_no_error():
    status, out, err = ended(started("world", "show", PYTHONIOENCODING="ascii"))
    assert (status, err) == (0, "")
    assert "RUS" in out


def test_a_process_of_its_own_solves_from_a_cold_start(world_file, scenario_file, tmp_path):
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    status, out, err = ended(started("solve", scenario_file, "--world", world_file, "--json", **cache))
    assert (status, err) == (0, "")
    first = json.loads(out)
    kept = list((tmp_path / "cache").rglob("*-cache")) or list(tmp_path.rglob("*-cache"))
    assert kept, "compiled programs are kept in the user's cache folder"
    status, out, err = ended(started("solve", scenario_file, "--world", world_file, "--json", **cache))
    assert (status, err) == (0, "")
    assert json.loads(out)["countries"] == first["countries"]


def test_progress_is_shown_on_a_terminal_and_only_there(world_file, scenario_file):
    pty = pytest.importorskip("pty", reason="platform: no pseudo-terminals")
    reading, writing = pty.openpty()
    with os.fdopen(writing, "w") as terminal:
        code = "from multipolar.cli.app import main; main()"
        done = subprocess.run([sys.executable, "-c", code, "solve", scenario_file, "--world", world_file],
                              stdout=subprocess.PIPE, stderr=terminal, text=True, encoding="utf-8", check=True,
                              env=os.environ | {"TERM": "xterm", "MULTIPOLAR_NO_CACHE": "1"})
        shown = os.read(reading, 100_000).decode(errors="replace")
    os.close(reading)
    assert "Solving my-tariff" in shown
    assert "Solving my-tariff" not in done.stdout
    assert "\x1b" not in done.stdout


def test_version_and_no_arguments(run):
    assert run("--version").out == f"multipolar {__version__}\n"
    bare = run()
    assert bare.status == 2
    assert "Usage: multipolar" in bare.out + bare.err


def test_help_loads_neither_jax_nor_xarray_nor_numpy():
    report = "import atexit, sys; atexit.register(lambda: print(sorted({'jax', 'xarray', 'numpy'} & set(sys.modules))))"
    for arguments in (["--help"], ["solve", "--help"], ["--version"]):
        status, out, err = ended(started(*arguments, before=report))
        assert (status, err, out.splitlines()[-1]) == (0, "", "[]")


def test_the_entry_point_is_what_is_installed():
    import tomllib

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"multipolar": f"{main.__module__}:{main.__name__}"}


WORDS = st.one_of(
    st.sampled_from(["solve", "compare", "validate", "world", "show", "check", "measures", "scenarios", "variables",
                     "verify", "--json", "--top", "--measure", "--country", "--no-world", "--deficits", "--variable",
                     "zero", "two-blocs", "tariff", "RUS", "kind: tariff", "--", "-", "{}", "~", "\N{SNOWMAN}"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12))


@hypothesis.settings(max_examples=60)
@hypothesis.given(words=st.lists(WORDS, max_size=5))
def test_no_traceback_on_garbage(words, world_file):
    environment = {"COLUMNS": "100", "MULTIPOLAR_DEBUG": None}
    if words[:1] in (["solve"], ["compare"], ["validate"]) or words[:2] in (["world", "show"], ["world", "check"]):
        words = [*words[:2 if words[0] == "world" else 1], "--world", str(world_file), *words[1:]]
    result = CliRunner(env=environment).invoke(app, words, catch_exceptions=False, prog_name="multipolar")
    assert result.exit_code in {0, 2, 3, 4, 5}
    assert "Traceback" not in result.output
    if result.exit_code:
        # A group of commands named alone prints its help on standard output.
        assert result.stderr or result.exit_code == 3 or words in ([], ["world"])
