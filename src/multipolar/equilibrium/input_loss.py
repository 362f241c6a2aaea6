"""What a sudden cut of one input costs, in closed form: nobody else makes up for it and nothing moves in its place."""

import math

from multipolar.catalogue import _
from multipolar.errors import InputError


def output_after_cut(share: float, elasticity: float, remaining: float) -> float:
    """Output relative to before when only a part of an input is left (Bachmann et al. 2022).

    Y = (alpha e^((sigma-1)/sigma) + 1 - alpha)^(sigma/(sigma-1)); Cobb-Douglas at one, in proportion to what is left
    of the scarcer input at zero.

    Args:
        share: alpha, the input's part of what is spent on all inputs, between 0 and 1.
        elasticity: sigma, of substitution between the input and all others, 0 or more.
        remaining: e, what is left of the input, above 0, up to 1.

    Raises:
        InputError: a number is out of its range.
    """
    if not (0 <= share <= 1 and 0 < remaining <= 1 and 0 <= elasticity < math.inf):
        raise InputError(_("share {share}, elasticity {elasticity} and remaining part {remaining} do not fit: the "
                           "share lies between 0 and 1, the elasticity is 0 or more, and the part that remains lies "
                           "above 0 and up to 1.", share=share, elasticity=elasticity, remaining=remaining))
    if share in (0.0, 1.0) or remaining == 1.0:
        return remaining if share == 1.0 else 1.0
    if elasticity == 0:
        return remaining
    if elasticity == 1:
        return math.pow(remaining, share)
    power = (elasticity - 1) / elasticity
    # In logs: e^power overflows long before Y comes near zero.
    exponent = power * math.log(remaining)
    inner = math.log(share) + exponent + math.log1p((1 - share) / share * math.exp(-exponent)) if exponent > 0 else (
        math.log(share * math.exp(exponent) + 1 - share))
    return math.exp(inner / power)
