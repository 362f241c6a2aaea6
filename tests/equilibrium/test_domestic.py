"""What moves a country's unknowns together: its effects are those of the equations, and no answer depends on them."""

import jax
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from tests.reference.worlds import nested, small_world, solved

import multipolar as mp
from multipolar.equilibrium import search
from multipolar.equilibrium.domestic import domestic_effects
from multipolar.equilibrium.economy import assemble, base_year, pad, resting_state, unchanging
from multipolar.equilibrium.equations import sweep

COUNTRIES, SECTORS = 4, 3
PRICES, SPENDING, RESOURCES = 1, 1 + SECTORS, 1 + 2 * SECTORS


def drawn(seed):
    """A world with every kind of unknown; without tariffs, whose revenue at other prices is left out."""
    return nested(small_world(seed, COUNTRIES, SECTORS, tariffs=0.0), seed)


def in_base_year(world, goods=None, industries=None):
    everything, base = np.ones((COUNTRIES, SECTORS), bool), base_year(world)
    return assemble(world, mp.Scenario().policy(world), "fixed", base.kernel, base.net_kernel,
                    (everything if goods is None else goods)[None], everything if industries is None else industries,
                    np.zeros(COUNTRIES, np.int64))


@jax.jit
def jacobian(economy):
    start, state = ravel_pytree(jax.tree.map(jax.numpy.asarray, resting_state(economy)))
    return jax.jacfwd(lambda point: ravel_pytree(sweep(state(point), economy))[0])(start)


def moved_by(response):
    """Which unknowns move an unknown (country, unknown, unknown)."""
    return response != np.eye(response.shape[1])


@pytest.mark.parametrize("seed", range(6))
def test_a_countrys_effects_on_itself_are_those_of_the_equations(seed):
    world = drawn(seed)
    economy, base = in_base_year(world), base_year(world)
    with jax.enable_x64(True):
        whole = np.asarray(jacobian(economy)).reshape(-1, COUNTRIES, 1 + 4 * SECTORS, COUNTRIES)
    own = np.array([whole[:, country, :, country] for country in range(COUNTRIES)])
    found = domestic_effects(base.kernel[0], base.net_kernel[0], unchanging(world))
    there = moved_by(economy.domestic_response).any(axis=2)
    both = there[:, :, None] & there[:, None]
    assert there.mean() > 0.6
    np.testing.assert_allclose(found[both], own[both], atol=1e-9)


def test_what_is_not_there_is_moved_by_nothing():
    """Rents that no industry has; then a good and an industry that are gone."""
    world = drawn(1)
    economy = in_base_year(world)
    none = unchanging(world)["resource_income"].T == 0
    assert none.any()
    assert not moved_by(economy.domestic_response)[:, RESOURCES:RESOURCES + SECTORS][none].any()

    goods, industries = np.ones((2, COUNTRIES, SECTORS), bool)
    goods[2, 0] = industries[2, 1] = False
    left = moved_by(in_base_year(world, goods, industries).domestic_response)[2]
    assert not left[[PRICES, SPENDING]].any()
    assert not left[:, [PRICES, SPENDING]].any()
    assert not left[RESOURCES + 1].any()
    assert left[0].any()


def test_padding_moves_nothing_and_is_moved_by_nothing():
    economy = in_base_year(drawn(2))
    more = pad(economy, COUNTRIES + 1, SECTORS + 1).domestic_response
    kept = np.delete(np.arange(1 + 4 * (SECTORS + 1)), [1 + SECTORS + kind * (SECTORS + 1) for kind in range(4)])
    np.testing.assert_array_equal(more[:COUNTRIES][:, kept][:, :, kept], economy.domestic_response)
    assert np.count_nonzero(moved_by(more)) == np.count_nonzero(moved_by(economy.domestic_response))


@pytest.mark.parametrize("horizon", ["long", "short"])
def test_countries_that_move_together_need_half_the_sweeps_and_end_where_others_do(monkeypatch, horizon):
    world, measure = mp.load_world("reference-2023"), mp.Tariff(importer="USA", exporter="CHN", rate=0.3)
    found = solved(world, measure, horizon=horizon)
    accelerate = search.accelerate
    monkeypatch.setattr(search, "accelerate", lambda economy, *given, **more: accelerate(
        search._each_by_itself(economy), *given, **more))
    alone = solved(world, measure, horizon=horizon)
    assert found.certificate.iterations < 0.6 * alone.certificate.iterations
    np.testing.assert_allclose(found.values("real_income"), alone.values("real_income"), atol=1e-7)
