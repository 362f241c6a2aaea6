"""Existence: against brute force on small graphs, the named cases of the theory pages, and every refusal's sentence.

The brute force shares nothing with the code: sets and loops for the price side, payers joined to payees directly
(no nodes for goods), reachability by search, and the linear programme on every edge of the graph itself.
"""

from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.optimize import linprog

from multipolar.equilibrium import existence as module
from multipolar.equilibrium.existence import Existence, assess
from multipolar.equilibrium.money import in_order, largest_smallest_flow, worst_cut
from multipolar.equilibrium.structure import Structure, listed

RULES = ("fixed", "zero", "proportional")


def world(countries, sectors, **changes):
    """Everybody trades every good with everybody, every industry needs every good, nothing is owed."""
    n, s = countries, sectors
    kernel = np.full((s, n, n), 1.0 / n)
    values = {
        "kernel": kernel, "net_kernel": changes.get("kernel", kernel),
        "input_shares": np.full((n, s, s), 0.5 / s), "value_added_share": np.full((n, s), 0.5),
        "final_shares": np.full((n, s), 1.0 / s), "active": np.ones((n, s), dtype=bool),
        "deficit": np.zeros(n), "transfers": np.zeros(n), "factor_income": np.full(n, 100.0), "deficit_rule": "fixed",
        "countries": tuple("ABCDEFGHIJKL"[:n]), "sectors": tuple(f"good{index}" for index in range(s)),
    }
    return Structure(**(values | changes))


def shut(structure, *flows):
    """Close flows (exporter, sector, importer), each an index or a slice; home sales stay open under a slice."""
    kernel = structure.kernel.copy()
    for exporter, sector, importer in flows:
        home = kernel.diagonal(axis1=1, axis2=2).copy()
        kernel[sector, importer, exporter] = 0.0
        if slice(None) in (exporter, importer):
            np.einsum("snn->sn", kernel)[:] = home
    return replace(structure, kernel=kernel, net_kernel=kernel)


EVERY = slice(None)


# ------------------------------------------------------------------------------------------------ brute force


def alive(structure):
    """Living goods (n, s) and industries (i, s) by deleting one at a time until nothing changes."""
    countries, sectors = structure.final_shares.shape
    industries = {(i, s) for i, s in product(range(countries), range(sectors)) if structure.active[i, s]}
    goods = set(product(range(countries), range(sectors)))
    while True:
        bad_goods = {(n, s) for n, s in goods
                     if not any(structure.kernel[s, n, i] > 0 and (i, s) in industries for i in range(countries))}
        bad_industries = {(i, k) for i, k in industries
                          if any(structure.input_shares[i, k, s] > 0 and (i, s) not in goods for s in range(sectors))}
        if not bad_goods and not bad_industries:
            return goods, industries
        goods -= bad_goods
        industries -= bad_industries


def follow(edges, start):
    """Nodes reached from `start`, itself included."""
    seen, queue = {start}, [start]
    while queue:
        here = queue.pop()
        for payer, payee in edges:
            if payer == here and payee not in seen:
                seen.add(payee)
                queue.append(payee)
    return seen


def payments(structure, industries):
    """Edges payer -> payee of the money graph, without industries that final demand does not reach.

    Subsidies come second: what nobody buys is not subsidised.
    """
    untaxed = pay(replace(structure, net_kernel=structure.kernel), industries)
    return pay(structure, {node[1:] for edge in untaxed for node in edge if node[0] == "I"})


def pay(structure, industries):
    """Edges among the given industries, without those that start where final demand does not lead."""
    countries, sectors = structure.final_shares.shape
    edges = set()
    for n, s, i in product(range(countries), range(sectors), range(countries)):
        if structure.kernel[s, n, i] <= 0 or (i, s) not in industries:
            continue
        buyers = [("I", n, k) for k in range(sectors) if (n, k) in industries and structure.input_shares[n, k, s] > 0]
        buyers += [("F", n)] if structure.final_shares[n, s] > 0 else []
        for buyer in buyers:
            edges.add((buyer, ("I", i, s)))
            if structure.net_kernel[s, n, i] < structure.kernel[s, n, i]:
                edges.add((buyer, ("F", n)))
            if structure.net_kernel[s, n, i] > structure.kernel[s, n, i]:
                edges.add((("F", n), ("I", i, s)))
    for i, k in industries:
        if structure.value_added_share[i, k] > 0:
            edges.add((("I", i, k), ("W", i)))
    kept = set().union(*(follow(edges, ("F", n)) for n in range(countries)))
    edges = {(payer, payee) for payer, payee in edges if payer in kept}
    for n in range(countries):
        if structure.factor_income[n] > 0 or ("W", n) in kept:
            edges.add((("W", n), ("F", n)))
    return edges


def fits(edges, balance, signs):
    """Whether a flow positive on every edge fits: given balances plus terms of given sign and free size, by node."""
    edges, nodes = sorted(edges), sorted({node for edge in edges for node in edge} | set(balance))
    free = [node for node in signs if signs[node]]
    matrix = np.zeros((len(nodes), len(edges) + len(free) + 1))
    for column, (payer, payee) in enumerate(edges):
        matrix[nodes.index(payer), column] += 1
        matrix[nodes.index(payee), column] -= 1
    for column, node in enumerate(free, len(edges)):
        matrix[nodes.index(node), column] = -signs[node]
    right = np.array([balance.get(node, 0.0) for node in nodes])
    scale = np.abs(right).max() or 1.0
    above = np.hstack([-np.eye(len(edges) + len(free)), np.ones((len(edges) + len(free), 1))])
    goal = np.zeros(matrix.shape[1])
    goal[-1] = -1
    found = linprog(goal, A_ub=above, b_ub=np.zeros(len(above)), A_eq=matrix, b_eq=right / scale,
                    bounds=[(0, None)] * (len(goal) - 1) + [(None, 1)])
    return found.status == 0 and found.x[-1] > 1e-6


def payable(structure, edges, component, rule):
    """Whether deficits of `rule` and the transfers can be paid within one weak component (a set of countries)."""
    transfer = {("F", n): structure.transfers[n] for n in component}
    if abs(sum(transfer.values())) > 1e-6:
        return False
    if rule == "zero":
        return fits(edges, transfer, {})
    if rule == "fixed":
        balance = {("F", n): structure.transfers[n] + structure.deficit[n] for n in component}
        return abs(sum(balance.values())) < 1e-6 and fits(edges, balance, {})
    rates = {n: structure.deficit[n] / structure.factor_income[n] for n in component}
    ladder = sorted(set(rates.values()))
    means = ladder if len(ladder) == 1 else ladder[1:-1] + [(low + high) / 2 for low, high in pairwise(ladder)]
    return any(fits(edges, transfer, {("F", n): np.sign(rates[n] - mean) for n in component}) for mean in means)


def brute_force(structure):
    """(answer, reason, closures, living goods, living industries, components, strong components)."""
    countries, sectors = structure.final_shares.shape
    goods, industries = alive(structure)
    if any(structure.final_shares[n, s] > 0 and (n, s) not in goods
           for n, s in product(range(countries), range(sectors))):
        return "none", "none: price", (), None, None, None, None
    edges = payments(structure, industries)
    nodes = {node for edge in edges for node in edge}
    sold = {(node[1], node[2]) for node in nodes if node[0] == "I"}
    used = {(n, s) for n, s in goods if structure.final_shares[n, s] > 0
            or any((n, k) in sold and structure.input_shares[n, k, s] > 0 for k in range(sectors))}
    reach = {node: follow(edges, node) for node in nodes}
    both = edges | {(payee, payer) for payer, payee in edges}
    weak = [min(m for kind, m, *_ in follow(both, ("F", n)) if kind == "F") for n in range(countries)]
    strong = [min(m for m in range(countries) if ("F", m) in reach[("F", n)] and ("F", n) in reach[("F", m)])
              for n in range(countries)]
    pieces = []
    for first in sorted(set(weak)):
        members = follow(both, ("F", first))
        pieces.append(({n for n in range(countries) if weak[n] == first},
                       {edge for edge in edges if edge[0] in members}))
    fine = [rule for rule in RULES if all(payable(structure, inside, part, rule) for part, inside in pieces)]
    parts = sold, used, weak, strong
    if structure.deficit_rule not in fine:
        return "none", "none: flows", tuple(fine), *parts
    returns = all(payer in reach[payee] for payer, payee in edges)
    wages = all(structure.value_added_share[industry] > 0 for industry in sold)
    rates = structure.deficit / structure.factor_income
    level = not structure.deficit.any() or structure.deficit_rule == "zero"
    mild = structure.deficit_rule == "proportional" and all(
        1 + rates[n] > max(rates[m] for m in part) for part, _ in pieces for n in part)
    sure = returns and wages and not structure.transfers.any() and (level or mild)
    return "exists" if sure else "undecided", "", (), *parts


def random_structure(seed):
    """Two to four countries, one to three goods, with holes everywhere and whole-number balances."""
    draw = np.random.default_rng(seed)
    n, s = int(draw.integers(2, 5)), int(draw.integers(1, 4))
    density = draw.choice([0.3, 0.5, 0.8])
    kernel = draw.random((s, n, n)) * (draw.random((s, n, n)) < density)
    for home in range(n):  # so that not all are refused for want of a good
        kernel[draw.random(s) < 0.7, home, home] = 1.0
    inputs = draw.random((n, s, s)) * (draw.random((n, s, s)) < draw.choice([0.15, 0.4]))
    final = draw.random((n, s)) * (draw.random((n, s)) < 0.6)
    final[np.arange(n), draw.integers(0, s, n)] = 1.0
    deficit, transfers = np.zeros(n), np.zeros(n)
    if draw.random() < 0.6:
        deficit = draw.integers(-3, 4, n).astype(float)
        deficit[draw.integers(n)] -= deficit.sum()
    if draw.random() < 0.2:
        payer, receiver = draw.choice(n, 2, replace=False)
        transfers[payer], transfers[receiver] = -1.0, 1.0
    value_added = np.where(draw.random((n, s)) < draw.choice([0.6, 1.0]), 0.5, 0.0)
    tariff = draw.choice([0.0, 0.0, 0.1, -0.1], (s, n, n))
    return world(n, s, kernel=kernel, net_kernel=kernel / (1 + tariff), input_shares=inputs,
                 value_added_share=value_added, final_shares=final / final.sum(axis=1, keepdims=True),
                 active=draw.random((n, s)) < 0.95, deficit=deficit, transfers=transfers,
                 factor_income=draw.choice([5.0, 10.0, 20.0], n), deficit_rule=str(draw.choice(RULES)))


def test_every_answer_agrees_with_brute_force():
    seen = Counter()
    for seed in range(700):
        structure = random_structure(seed)
        answer, reason, closures, sold, used, weak, strong = brute_force(structure)
        found = assess(structure)
        assert (found.answer, found.reason) == (answer, reason), seed
        assert set(found.closures) == set(closures), seed
        assert bool(found.message) == (answer == "none"), seed
        seen[answer, reason, structure.deficit_rule] += 1
        if reason == "none: price":
            continue
        assert {tuple(cell) for cell in np.argwhere(found.living_industries).tolist()} == sold, seed
        assert {tuple(cell) for cell in np.argwhere(found.living_goods).tolist()} == used, seed
        np.testing.assert_array_equal(found.components, in_order(np.array(weak)), err_msg=str(seed))
        np.testing.assert_array_equal(found.strong, in_order(np.array(strong)), err_msg=str(seed))
    kinds = [("exists", ""), ("undecided", ""), ("none", "none: flows"), ("none", "none: price")]
    assert all(seen[answer, reason, rule] >= 5 for (answer, reason), rule in product(kinds, RULES)), seen


def test_the_short_cut_through_countries_gives_what_the_whole_graph_gives(monkeypatch):
    used = 0
    short_cut = module.by_countries
    for seed in range(600):
        structure = random_structure(10_000 + seed)
        taken = []
        monkeypatch.setattr(module, "by_countries", lambda channels, to=taken: to.append(short_cut(channels)) or to[0])
        quick = assess(structure)
        monkeypatch.setattr(module, "by_countries", lambda channels: None)
        slow = assess(structure)
        used += bool(taken) and taken[0] is not None
        for field in fields(Existence):
            np.testing.assert_array_equal(getattr(quick, field.name), getattr(slow, field.name), err_msg=f"{seed}")
    assert used >= 50


def test_a_refusal_under_proportional_deficits_holds_for_every_factor_income():
    """No draw of Ω' gives deficits that fit where the rule is refused."""
    draw = np.random.default_rng(5)
    refused = 0
    for seed in range(250):
        structure = replace(random_structure(20_000 + seed), deficit_rule="proportional")
        found = assess(structure)
        if found.reason != "none: flows" or structure.transfers.any():
            continue
        refused += 1
        edges = payments(structure, alive(structure)[1])
        rates = structure.deficit / structure.factor_income
        for _ in range(3):
            income = draw.lognormal(0, 1, len(rates))
            mean = np.array([np.average(rates[found.components == part], weights=income[found.components == part])
                             for part in found.components])
            within = income * (rates - mean)
            assert not fits(edges, {("F", n): within[n] for n in range(len(rates))}, {}), seed
    assert refused >= 10


# ------------------------------------------------------------------------------------------------ named cases


@pytest.mark.parametrize(("deficit", "answer"), [(0.099, "undecided"), (0.11, "undecided"), (0.0, "exists")])
def test_a_fixed_surplus_is_undecided_before_solving(deficit, answer):
    """Import share .1 both ways and one good: .099 can be paid, .11 cannot; existence leaves both to the solver."""
    kernel = np.array([[[0.9, 0.1], [0.1, 0.9]]])
    structure = world(2, 1, kernel=kernel, input_shares=np.zeros((2, 1, 1)), value_added_share=np.ones((2, 1)),
                      factor_income=np.ones(2), deficit=np.array([deficit, -deficit]))
    found = assess(structure)
    assert (found.answer, found.reason, found.message) == (answer, "", "")
    assert found.components.tolist() == [0, 0]


@pytest.mark.parametrize(("deficit", "answer"), [(0.0, "none"), (-1.0, "none"), (1.0, "undecided")])
def test_a_one_way_flow_needs_to_be_paid_for(deficit, answer):
    """A buys from B, B buys nothing back: the θ = 50 case, refused however small the flow would be."""
    kernel = np.array([[[0.9999999, 1e-300], [0.0, 1.0]]])
    structure = world(2, 1, kernel=kernel, deficit=np.array([deficit, -deficit]))
    found = assess(structure)
    assert found.answer == answer
    assert found.components.tolist() == [0, 0]
    assert found.strong.tolist() == [0, 1]
    if answer == "none":
        assert found.reason == "none: flows"
        assert "A would buy from B and sell nothing back" in found.message
        assert f"they sum to {deficit:.3g} million USD" in found.message
        assert found.countries == ("A",)
        assert found.closures == ()
        assert found.message.endswith("No other deficit rule would do.")


def test_rounding_in_the_sum_of_deficits_does_not_upset_the_linear_programme():
    kernel = np.array([[[0.5, 0.5], [0.0, 1.0]]])
    assert assess(world(2, 1, kernel=kernel, deficit=np.array([1.0, 5e-7 - 1.0]))).answer == "undecided"


def test_proportional_deficits_may_pay_for_a_one_way_flow_that_no_other_rule_pays_for():
    """C is in surplus abroad and A, which only buys, has the highest δ: some wages give A what it needs."""
    structure = shut(world(3, 1, deficit=np.array([0.0, -2.0, 2.0]), factor_income=np.array([100.0, 100.0, 100.0])),
                     (0, 0, EVERY))
    assert assess(structure).answer == "none"
    found = assess(replace(structure, deficit_rule="proportional"))
    assert found.answer == "undecided"
    lowest = replace(structure, deficit=np.array([-2.0, 0.0, 2.0]), deficit_rule="proportional")
    assert assess(lowest).answer == "none"


def test_an_industry_that_lost_an_input_shuts_while_its_good_is_bought_elsewhere():
    """B makes good 1 from good 0, which it can no longer buy; everybody buys good 1 from A and C."""
    inputs = np.zeros((3, 2, 2))
    inputs[1, 1, 0] = 0.5
    structure = shut(world(3, 2, input_shares=inputs, final_shares=np.array([[0.5, 0.5], [0.0, 1.0], [0.5, 0.5]])),
                     (0, 0, 1), (1, 0, 1), (2, 0, 1))
    found = assess(structure)
    assert found.answer == "exists"
    assert found.living_industries.tolist() == [[True, True], [True, False], [True, True]]
    assert found.living_goods.tolist() == [[True, True], [False, True], [True, True]]


def test_an_industry_that_nobody_buys_from_shuts_and_its_suppliers_with_it():
    """Good 1 is only for makers of good 2, which only B, without good 2 in its demand, makes and can buy."""
    inputs = np.zeros((2, 3, 3))
    inputs[1, 2, 1] = inputs[1, 2, 2] = 0.4
    structure = world(2, 3, input_shares=inputs, final_shares=np.array([[1.0, 0.0, 0.0]] * 2))
    found = assess(structure)
    assert found.answer == "exists"
    assert found.living_industries.tolist() == [[True, False, False]] * 2
    assert found.living_goods.tolist() == [[True, False, False]] * 2


def test_labour_that_nobody_buys_is_refused():
    """Nobody buys from C any more, not even C itself, which imports all it needs."""
    structure = shut(world(3, 1, input_shares=np.zeros((3, 1, 1))), (2, 0, 0), (2, 0, 1), (2, 0, 2))
    found = assess(structure)
    assert (found.answer, found.reason, found.countries) == ("none", "none: flows", ("C",))
    assert found.message == ("Nobody would be left to buy what C can make with labour: labour there would be unsold. "
                             "No other deficit rule would do.")


def test_an_economy_that_spends_nothing_and_sells_nothing_is_refused():
    """All of A's income would be lent, but nobody buys from it."""
    structure = shut(world(2, 1, final_shares=np.array([[0.0], [1.0]])), (0, 0, 1), (1, 0, 0))
    found = assess(structure)
    assert (found.reason, found.countries) == ("none: flows", ("A",))
    assert "labour there would be unsold" in found.message


def test_makers_that_buy_only_from_one_another_and_pay_nobody_are_refused():
    inputs = np.zeros((2, 2, 2))
    inputs[:, 1, 1] = 1.0
    structure = world(2, 2, input_shares=inputs, value_added_share=np.array([[1.0, 0.0]] * 2))
    found = assess(structure)
    assert (found.answer, found.reason, found.closures) == ("none", "none: flows", ())
    assert found.goods == ("good1",)
    assert "The makers of good1 in A, B would buy from one another alone and pay no wages" in found.message


def test_a_tariff_alone_can_carry_the_money_back():
    """The same makers pay tariffs: the treasuries spend what is paid to them, but nothing promises finite prices."""
    inputs = np.zeros((2, 2, 2))
    inputs[:, 1, 1] = 1.0
    structure = world(2, 2, input_shares=inputs, value_added_share=np.array([[1.0, 0.0]] * 2))
    taxed = replace(structure, net_kernel=structure.kernel / 1.1)
    assert assess(structure).answer == "none"
    assert assess(taxed).answer == "undecided"


# ------------------------------------------------------------------------------------------------ embargoes


def test_an_embargo_of_one_country_by_all_under_the_three_closures():
    structure = shut(world(4, 2, deficit=np.array([3.0, -1.0, -1.0, -1.0]) * 1000, factor_income=np.full(4, 1e5)),
                     (3, EVERY, EVERY), (EVERY, EVERY, 3))
    fixed, zero, proportional = (assess(replace(structure, deficit_rule=rule)) for rule in RULES)
    assert (fixed.answer, fixed.reason) == ("none", "none: flows")
    assert fixed.countries == ("D",)
    assert fixed.closures == ("zero", "proportional")
    assert fixed.message == ("D would be cut off with a fixed surplus of 1,000 million USD. "
                             "With deficits='zero' or deficits='proportional' there is an equilibrium.")
    assert zero.answer == proportional.answer == "exists"
    assert all(found.components.tolist() == [0, 0, 0, 1] for found in (fixed, zero, proportional))


def test_an_embargo_between_two_blocs_names_the_smaller_and_its_sum():
    flows = [(i, EVERY, n) for i, n in product((0, 1, 2), (3, 4))]
    structure = shut(world(5, 2, deficit=np.array([1.0, 1.0, 0.0, 40.0, -42.0])), *flows,
                     *((n, EVERY, i) for i, _, n in flows))
    found = assess(structure)
    assert found.countries == ("D", "E")
    assert "D, E would be cut off with a fixed surplus of 2 million USD" in found.message
    balanced = assess(replace(structure, deficit=np.array([1.0, 1.0, -2.0, 40.0, -40.0])))
    assert balanced.answer == "undecided"


def test_large_proportional_deficits_are_not_promised():
    """1 + δ[n] > max δ fails: a budget might become negative at some wages."""
    structure = world(2, 1, deficit=np.array([60.0, -60.0]), deficit_rule="proportional")
    assert assess(structure).answer == "undecided"
    assert assess(replace(structure, deficit=np.array([40.0, -40.0]))).answer == "exists"


def test_a_transfer_to_an_economy_that_is_cut_off_is_refused_under_every_closure():
    structure = shut(world(3, 1, transfers=np.array([-61_000.0, 0.0, 61_000.0]), factor_income=np.full(3, 1e6)),
                     (2, EVERY, EVERY), (EVERY, EVERY, 2))
    for rule in RULES:
        found = assess(replace(structure, deficit_rule=rule))
        assert (found.answer, found.reason, found.closures) == ("none", "none: flows", ())
        assert found.countries == ("A", "C")
        assert "C (61,000 million USD net)" in found.message
    assert assess(world(3, 1, transfers=structure.transfers)).answer == "undecided"


def test_where_the_other_closures_promise_nothing_the_message_says_so():
    """D still buys from all, and nobody from D: only a deficit could pay for it."""
    structure = shut(world(9, 1, deficit=np.array([-1.0, *[0.0] * 7, 1.0])), (8, EVERY, EVERY))
    found = assess(replace(structure, deficit_rule="zero"))
    assert found.closures == ("fixed", "proportional")
    assert found.message == (
        "I would buy from the other economies and sell nothing back, which net deficits or transfers would have to pay "
        "for; for I they sum to 0 million USD. With deficits='fixed' or deficits='proportional' there may "
        "be an equilibrium.")


# ------------------------------------------------------------------------------------------------ price side


def test_final_demand_without_a_seller_is_refused_by_name():
    structure = shut(world(3, 2, input_shares=np.zeros((3, 2, 2))), (0, 1, 2), (1, 1, 2), (2, 1, 2))
    found = assess(structure)
    assert (found.answer, found.reason, found.closures) == ("none", "none: price", ())
    assert (found.countries, found.goods) == (("C",), ("good1",))
    assert found.message == ("Nobody is left to sell what final demand cannot do without: good1 in C. "
                             "Leave one supplier open, or put a trade cost in the place of a ban.")
    assert found.components.tolist() == [-1, -1, -1]


def test_a_cascade_names_where_it_began():
    """Good 2 is made from good 1 and that from good 0, in A alone; A loses good 0, which its consumers never bought."""
    inputs = np.zeros((2, 3, 3))
    inputs[0, 1, 0] = inputs[0, 2, 1] = 0.5
    active = np.array([[False, True, True], [True, False, False]])
    structure = shut(world(2, 3, input_shares=inputs, active=active, final_shares=np.array([[0.0, 0.0, 1.0]] * 2)),
                     (1, 0, 0))
    found = assess(structure)
    assert found.reason == "none: price"
    assert "cannot do without: good2 in A, B." in found.message
    assert "Industries shut because these have no seller left: good0 in A." in found.message


def test_one_economy_alone():
    assert assess(world(1, 2)).answer == "exists"
    idle = world(1, 2, final_shares=np.array([[1.0, 0.0]]), input_shares=np.zeros((1, 2, 2)))
    assert assess(idle).living_industries.tolist() == [[True, False]]


def test_rounding_in_deficits_is_not_a_deficit():
    structure = shut(world(3, 1, deficit=np.array([1e-7, -2e-7, 1e-7]), factor_income=np.full(3, 1e3)),
                     (2, EVERY, EVERY), (EVERY, EVERY, 2))
    assert assess(structure).answer == "exists"


# ------------------------------------------------------------------------------------------------ the parts


def test_the_smallest_flow_and_its_cut():
    """0 -> 1 -> 2 and 0 -> 2: what enters at 0 is shared; a set {0, 1} that owes on balance cannot pay."""
    payer, payee = np.array([0, 1, 0]), np.array([1, 2, 2])
    smallest, _ = largest_smallest_flow(payer, payee, np.array([1.0, -0.5, -0.5]))
    assert smallest == pytest.approx(0.25)
    balance = np.array([1.0, -1.5, 0.5])
    smallest, potential = largest_smallest_flow(payer, payee, balance)
    assert smallest < 0
    assert potential @ balance / 1.5 == pytest.approx(smallest)
    nodes, amount = worst_cut(balance, potential)
    assert nodes.tolist() == [True, True, False]
    assert amount == pytest.approx(-0.5)


def test_a_long_list_names_some_and_counts_the_rest():
    assert listed("ABCDEF") == "A, B, C, D, E, F"
    assert listed("ABCDEFGH") == "A, B, C, D, E, F and 2 others"
