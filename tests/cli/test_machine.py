"""JAX's device and cache: chosen by the command line alone, what the user set stays, nothing relies on the cache."""

import os
import sys

import pytest

from multipolar.cli.machine import cache_folder, prepare_jax

VARIABLES = ("JAX_PLATFORMS", "JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_COMPILATION_CACHE", "TF_CPP_MIN_LOG_LEVEL",
             "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "MULTIPOLAR_NO_CACHE")


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """A process in which JAX has not been loaded, with an empty cache folder."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "x")     # so that it is put back, whatever happens to it
        monkeypatch.delenv(name)
    monkeypatch.delitem(sys.modules, "jax")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path


def test_the_processor_and_the_users_cache_folder_are_chosen(fresh):
    prepare_jax()
    assert os.environ["JAX_PLATFORMS"] == "cpu"
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == str(cache_folder())
    assert cache_folder().parent == fresh / "cache"
    assert cache_folder().is_dir()


def test_what_the_user_set_stays(fresh, monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cuda")
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "/elsewhere")
    prepare_jax()
    assert os.environ["JAX_PLATFORMS"] == "cuda"
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == "/elsewhere"


@pytest.mark.parametrize("by", ["option", "1", "yes"])
def test_the_cache_can_be_switched_off(fresh, monkeypatch, by):
    if by != "option":
        monkeypatch.setenv("MULTIPOLAR_NO_CACHE", by)
    prepare_jax(no_cache=by == "option")
    assert os.environ["JAX_ENABLE_COMPILATION_CACHE"] == "false"
    assert "JAX_COMPILATION_CACHE_DIR" not in os.environ
    assert not (fresh / "cache").exists()


def test_zero_does_not_switch_the_cache_off(fresh, monkeypatch):
    monkeypatch.setenv("MULTIPOLAR_NO_CACHE", "0")
    prepare_jax()
    assert "JAX_COMPILATION_CACHE_DIR" in os.environ


def test_a_folder_that_cannot_be_made_is_no_error(fresh):
    (fresh / "cache").write_text("a file, where the folder would be", encoding="utf-8")
    assert cache_folder() is None
    prepare_jax()
    assert "JAX_COMPILATION_CACHE_DIR" not in os.environ


def test_nothing_is_changed_once_jax_is_loaded(fresh, monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", object())
    prepare_jax()
    assert "JAX_PLATFORMS" not in os.environ
