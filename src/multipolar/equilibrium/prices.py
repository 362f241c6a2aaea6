"""Who can be supplied at a finite price: the price side of "Existence" in the theory pages, for every elasticity.

Two things take a good away: nobody is left to sell it, or its price would grow without bound because makers cannot
turn away from materials whose price their own cost raises (a Hawkins-Simon condition; tariffs alone can bring it
about). Equations (2)-(4) at given factor prices are a map G of prices that is increasing, concave and, with factor
prices, homogeneous of degree one. So everything is decided by inequalities that are checked and prove what they say:
some prices with G(x) < x prove that finite prices exist, some x with G∞(x) > x that none do on the goods where x is
positive, G∞ being G without value added and resources (nonlinear Perron-Frobenius theory; Lemmens & Nussbaum 2012).
NumPy; SciPy only where plain iteration does not settle the matter.
"""

from dataclasses import dataclass

import numpy as np

from multipolar.equilibrium.nest import Nest, added_share, product, sold_by_use
from multipolar.equilibrium.structure import VALUE_ADDED_TOLERANCE, BoolArray, Structure, some
from multipolar.world.tables import FloatArray

#: Log change by which an inequality must hold to be believed: well above rounding.
MARGIN = 1e-10
#: A bound is looked for this log change away from prices: the farther the better, as G(λx)/λ falls in λ.
HEADROOM = 5.0
#: Times a bound is moved halfway to its image, for makers without value added, whose cost just follows prices.
HALVINGS = 4
#: Plain iterations before Newton's method and the search for prices that feed on themselves.
QUICK_STEPS = 6
MOST_STEPS = 40
#: Iterations of G∞ between two Newton steps.
RAY_STEPS = 20
#: Times a set of goods is narrowed down to those on which a ray proves something.
MOST_PRUNINGS = 20
#: No log price moves further in one Newton step.
LONGEST_STEP = 20.0


@dataclass(frozen=True, eq=False)
class Survivors:
    """What is left when all that cannot be had at a finite price is deleted.

    goods     (good, country): somebody sells it
    living    (country, sector): the industry has a finite cost
    began     (country, good): without any open seller from the start to some industry that needs it
    endless   (country, good): its price alone would have grown without bound
    vanishing (group, country, good): its price would fall to nothing, at whatever wages; no equilibrium has such a good
              in use
    settled   whether both kinds of runaway prices are proven absent from what is left
    """

    goods: BoolArray
    living: BoolArray
    began: BoolArray
    endless: BoolArray
    vanishing: BoolArray
    settled: bool


def survivors(structure: Structure, cells: BoolArray) -> Survivors:
    """Delete what has no seller, then what has no finite price, and repeat; `cells` loses sales in place."""
    substitution = structure.substitution
    needing = needs_materials(structure)
    inputs = structure.input_shares if needing.all() else structure.input_shares * needing[:, :, None]
    any_input = substitution.inputs > 1
    goods, living, began = surviving(cells, inputs, structure.active, any_input)
    if structure.kernel_by_use is not None:
        goods, living, first = _surviving_by_use(structure, cells, goods, living)
        began |= first
    endless, settled = np.zeros_like(began), True
    while feeds_back(structure, living, 1):
        nest = Nest.of(structure, cells, goods, living)
        bounded, feeding = runaway(nest, 1)
        if not feeding.any():
            settled = bounded
            break
        endless |= nest.by_country(feeding)
        living = living & (nest.log_cost(np.where(feeding, 0.0, -np.inf), -np.inf) == -np.inf)
        cells &= living.T[:, None, :]
        goods, living, _ = surviving(cells, inputs, living, any_input)
        if structure.kernel_by_use is not None:
            goods, living, _ = _surviving_by_use(structure, cells, goods, living)
    vanishing = np.zeros((1, *began.shape), dtype=bool)
    if feeds_back(structure, living, -1):
        nest = Nest.of(structure, cells, goods, living)
        sure, falling = runaway(nest, -1)
        vanishing = nest.by_group(falling)
        settled &= sure
    return Survivors(goods, living, began, endless, vanishing, settled)


def needs_materials(structure: Structure) -> BoolArray:
    """Industries (country, user) that cannot do without materials, if they use any.

    Value added can stand in for them where σ > 1 and some is used, a resource where σ_R > 1.
    """
    substitution = structure.substitution
    needed = np.ones(structure.value_added_share.shape, dtype=bool)
    if substitution.value_added > 1:
        needed = added_share(structure) <= VALUE_ADDED_TOLERANCE
    return needed & ~(substitution.with_resource() & (substitution.resource > 1))


def surviving(cells: BoolArray, inputs: FloatArray, active: BoolArray,
              any_input: bool = False) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Goods that somebody sells (good, country), industries with a cost (country, sector), and where it began.

    Deletes a good that no living industry sells to a country, then industries that need it, and repeats. `cells`
    (good, importer, exporter) loses the sales of deleted industries in place. An industry needs each good that it
    spends on, or with `any_input` one of them. The third result, (country, good), marks goods without any open seller
    that some industry needs.
    """
    goods, living = some(cells, axis=2), active.copy()
    lost, began = ~goods, np.zeros_like(active)
    first = True
    while lost.any():
        sector, importer = np.nonzero(lost)
        needs = (inputs[importer, :, sector] > 0) & living[importer]
        if any_input:
            needs &= ~some((inputs[importer] > 0) & goods.T[importer, None, :], axis=2)
        if first:
            began[importer, sector] = some(needs, axis=1)
            first = False
        hit = np.zeros_like(living)
        np.logical_or.at(hit, importer, needs)
        living &= ~hit
        touched = some(hit, axis=0)
        cells[touched] &= living.T[touched][:, None, :]
        left = cells[touched].any(axis=2)
        lost = np.zeros_like(goods)
        lost[touched] = goods[touched] & ~left
        goods[touched] = left
    return goods, living, began


def _surviving_by_use(structure: Structure, cells: BoolArray, goods: BoolArray,
                      living: BoolArray) -> tuple[BoolArray, BoolArray, BoolArray]:
    """The same where every using industry has suppliers of its own, starting from what is left without that."""
    needing, any_input = needs_materials(structure), structure.substitution.inputs > 1
    began: BoolArray | None = None
    while True:
        sold = sold_by_use(structure, cells)
        lost = (structure.input_shares > 0) & ~sold
        kept = (structure.input_shares > 0) & sold
        hit = living & needing & some(lost, axis=2)
        if any_input:
            hit &= ~some(kept, axis=2)
        if began is None:
            began = some(lost & hit[:, :, None], axis=1)
        if not hit.any():
            return goods, living, began
        living = living & ~hit
        cells &= living.T[:, None, :]
        goods = some(cells, axis=2)


def feeds_back(structure: Structure, living: BoolArray, sign: int) -> bool:
    """Whether prices might run away, upwards (sign 1) or to nothing (sign -1): some cost follows materials in full.

    Upwards that takes an elasticity below 1, downwards one above: with σ = 1, a cost follows materials only by their
    share. Makers without value added follow them at any elasticity.
    """
    substitution = structure.substitution
    resource = substitution.with_resource()
    upper = sign * (1 - substitution.resource) > 0
    inner = sign * (1 - substitution.value_added) > 0
    if not (inner or sign * (1 - substitution.inputs) > 0 or (resource & upper).any()):
        return False
    follows = living & (structure.input_shares > 0).any(axis=2) & (~resource | upper)
    return bool((follows if inner else follows & (added_share(structure) <= VALUE_ADDED_TOLERANCE)).any())


def runaway(nest: Nest, sign: int) -> tuple[bool, BoolArray]:
    """Whether prices are proven to stay bounded, above (sign 1) or away from zero (-1); if not, which goods' run away.

    The second result (row, good) is empty where nothing was proven. Plain iteration settles all but extreme
    cases; then Newton's method on logs, whose linear systems are diagonally dominant, alternates with G∞. Where prices
    run away, its steps grow in the direction of prices that feed on themselves.
    """
    price = np.zeros(nest.goods.shape)
    ray = np.where(nest.goods, 0.0, -sign * np.inf)
    for step in range(MOST_STEPS):
        image = nest.log_price(price)
        if _bounded(nest, sign * np.maximum(sign * price, sign * image), sign):
            return True, np.zeros_like(nest.goods)
        if step < QUICK_STEPS:
            price = image
            continue
        ray, feeding = _self_feeding(nest, ray, sign)
        if feeding.any():
            return False, feeding
        if not np.isfinite(ray).any():
            return True, feeding
        newton = _newton_step(nest, price, image - price)
        feeding = _largest_feeding(nest, np.where(np.isfinite(ray), price + newton, ray), sign)
        if feeding.any():
            return False, feeding
        price = price + newton * min(1.0, LONGEST_STEP / max(float(np.abs(newton).max()), LONGEST_STEP))
    return False, np.zeros_like(nest.goods)


def _bounded(nest: Nest, price: FloatArray, sign: int) -> bool:
    """Whether prices near `price`, scaled up (or down), have an image strictly below (or above) themselves."""
    trial = price + sign * HEADROOM
    for _ in range(HALVINGS):
        image = nest.log_price(trial)
        excess = sign * (image - trial)[nest.goods]
        if (excess < -MARGIN).all():
            return True
        if (excess > MARGIN).any():
            return False
        trial = (trial + image) / 2
    return False


def _self_feeding(nest: Nest, ray: FloatArray, sign: int) -> tuple[FloatArray, BoolArray]:
    """A better ray after some iterations of G∞, and the goods (row, good) on which it proves prices to run away.

    Halfway steps, so that goods which raise one another's prices by turns do not swing for ever.
    """
    for step in range(RAY_STEPS):
        image = nest.log_price(ray, -sign * np.inf)
        if step % (RAY_STEPS // 2) == 0:
            feeding = _largest_feeding(nest, ray, sign)
            if feeding.any():
                return ray, feeding
        ray = (ray + image) / 2
    centre = ray[np.isfinite(ray)]
    return ray - (centre.mean() if centre.size else 0.0), np.zeros_like(nest.goods)


def _largest_feeding(nest: Nest, ray: FloatArray, sign: int) -> BoolArray:
    """The largest set of goods such that G∞ of the ray, restricted to the set, exceeds the ray all over the set."""
    ray = ray.copy()
    for _ in range(MOST_PRUNINGS):
        members = np.isfinite(ray)
        gain = sign * (nest.log_price(ray, -sign * np.inf)[members] - ray[members])
        if (gain > MARGIN).all():
            return members
        ray[members] = np.where(gain > MARGIN, ray[members], -sign * np.inf)
    return np.zeros_like(nest.goods)


def _newton_step(nest: Nest, price: FloatArray, residual: FloatArray) -> FloatArray:
    """(I - J)^-1 residual, J the derivatives of log prices in log prices: rows of J sum to materials' shares."""
    from scipy.sparse.linalg import LinearOperator, gmres  # rarely needed, slow to import

    within_inputs, materials, sellers = nest.derivatives(price)

    def apply(flat: FloatArray) -> FloatArray:
        change = flat.reshape(price.shape)
        cost = materials * product(within_inputs, change).reshape(materials.shape)
        result: FloatArray = (change - product(sellers, cost.T).T).ravel()
        return result

    operator = LinearOperator((price.size, price.size), matvec=apply, dtype=np.float64)
    step, _ = gmres(operator, residual.ravel(), rtol=1e-6, restart=min(price.size, 60), maxiter=3)
    return np.asarray(step.reshape(price.shape))
