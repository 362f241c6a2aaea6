"""Closed forms that an equilibrium must agree with, from base-year tables and shares alone."""

import numpy as np


def home_share(trade, tariffs):
    """Share (sector, country) of spending on home goods."""
    paid = (1 + tariffs) * trade
    home = np.arange(len(trade))
    return paid[home, :, home].T / paid.sum(axis=0)


def content(world):
    """How much of country n's final spending goes, through all rounds of inputs, on each good: (sector, country).

    alpha' (1 - A)^-1 with A[s, k] what a dollar of industry k's output spends on good s (Leontief).
    """
    tables = world.tables
    found = np.zeros_like(tables.final)
    for n in range(len(world.countries)):
        output, final = tables.output[n], tables.final[:, n]
        bought = tables.inputs[:, n, :] / np.where(output > 0, output, 1.0)
        found[:, n] = np.linalg.solve(np.eye(len(final)) - bought, final / final.sum())
    return found


def real_wage(world, share_change):
    """Caliendo & Parro (2015), eq. 15: w / P_F from changes (sector, country) of home shares, for any trade measure.

    Where all inputs are bought in own supply; in one sector without inputs it is Arkolakis, Costinot and
    Rodríguez-Clare (2012), and at a home share of one Costinot and Rodríguez-Clare (2014).
    """
    theta = world.parameters.trade_elasticity[:, None]
    goods = content(world)
    logs = np.log(np.where(goods > 0, share_change, 1.0))
    return np.exp(-(goods * logs / theta).sum(axis=0))
