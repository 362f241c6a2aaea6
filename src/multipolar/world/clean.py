"""What the literature does to a published table before a model can use it, and a list of it.

Costinot & Rodríguez-Clare (2014, online appendix): negative inventory changes are sales out of stock. They are set to
zero, as if what was sold had been made in the year, and output is rebuilt with unchanged input coefficients A by
Leontief's Y = (I - A)^-1 F. Where an industry's inputs exceed its output, which rounding does to tiny industries,
output is raised to inputs and the difference sold to final users at home, so that value added is zero.
"""

from collections.abc import Sequence

import numpy as np

from multipolar.catalogue import _
from multipolar.errors import WorldError
from multipolar.world.identities import TOLERANCE
from multipolar.world.labels import cell_name
from multipolar.world.tables import FloatArray


def clean_flows(flows: FloatArray, by_use: FloatArray, tariffs: FloatArray, countries: Sequence[str],
                sectors: Sequence[str], uses: Sequence[str]) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Flows to industries (exporter, sector, importer, user), to final uses (…, use), and what was changed.

    The arrays given are returned as they are where there is nothing to do. `WorldError` where output cannot be rebuilt.
    """
    output = flows.sum(axis=(2, 3)) + by_use.sum(axis=(2, 3))
    inputs = np.einsum("isnk,isn->nk", flows, 1.0 + tariffs)
    negative = by_use < 0
    short = inputs > output * (1.0 + TOLERANCE)
    if not negative.any() and not short.any():
        return flows, by_use, ()
    listed = _listed_negatives(by_use, negative, (countries, sectors, countries, uses))
    base_output = np.maximum(output, inputs)
    by_use = np.where(negative, 0.0, by_use)
    raised = np.maximum(inputs - flows.sum(axis=(2, 3)) - by_use.sum(axis=(2, 3)), 0.0)
    home = np.arange(len(countries))
    by_use[home, :, home, 0] += raised
    growth = _rebuilt(flows, by_use, base_output) / np.where(base_output > 0, base_output, 1.0)
    flows = flows * growth
    rebuilt = flows.sum(axis=(2, 3)) + by_use.sum(axis=(2, 3))
    listed += _listed_short(output, inputs, short, countries, sectors)
    listed.insert(0, _rise(output, rebuilt, countries, sectors))
    return flows, by_use, tuple(listed)


def _rebuilt(flows: FloatArray, by_use: FloatArray, base_output: FloatArray) -> FloatArray:
    """Y = (I - A)^-1 F with A the base-year input coefficients; (country, sector)."""
    number = base_output.size
    scale = np.where(base_output > 0, base_output, 1.0).ravel()
    leontief = flows.reshape(number, number) / -scale      # one copy of the table, changed in place
    leontief.ravel()[:: number + 1] += 1.0
    try:
        output = np.linalg.solve(leontief, by_use.sum(axis=(2, 3)).ravel())
    except np.linalg.LinAlgError:
        raise WorldError(_("Output cannot be rebuilt: some industries sell only to each other and add no "
                           "value.")) from None
    return np.maximum(output, 0.0).reshape(base_output.shape)


def _listed_negatives(by_use: FloatArray, negative: np.ndarray, labels: Sequence[Sequence[str]]) -> list[str]:
    cells = np.argwhere(negative)
    if not len(cells):
        return []
    listed = []
    for number, use in enumerate(labels[3]):
        values = by_use[..., number][negative[..., number]]
        if values.size:
            listed.append(_("{use}: {count} negative cells, {total:,.10g} in all, set to zero.", use=use,
                            count=values.size, total=float(values.sum())))
    return listed + [_("{cell} = {value:,.10g} set to zero.", cell=cell_name("final", labels, cell),
                       value=float(by_use[cell])) for cell in map(tuple, cells.tolist())]


def _listed_short(output: FloatArray, inputs: FloatArray, short: np.ndarray, countries: Sequence[str],
                  sectors: Sequence[str]) -> list[str]:
    return [_("{cell} = {output:,.10g} is less than the industry's inputs, {inputs:,.10g}: raised to them, the "
              "difference going to final users at home.", cell=cell_name("output", (countries, sectors), cell),
              output=float(output[cell]), inputs=float(inputs[cell]))
            for cell in map(tuple, np.argwhere(short).tolist())]


def _rise(before: FloatArray, after: FloatArray, countries: Sequence[str], sectors: Sequence[str]) -> str:
    largest = np.unravel_index(int(np.argmax(after - before)), before.shape)
    return _("Output rebuilt with unchanged input coefficients: the world's rises by {world:.3%}, most in {cell}, from "
             "{before:,.10g} to {after:,.10g}.", world=float(after.sum() / before.sum() - 1.0),
             cell=cell_name("output", (countries, sectors), tuple(int(i) for i in largest)),
             before=float(before[largest]), after=float(after[largest]))
