"""Numbers as people read them: a true minus sign, a plus for gains, and as many digits as mean something."""

import math

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"


def signed(value: float, digits: int = 2) -> str:
    """`value` with its sign and thousands separators: +0.21, −1.33, 0.00; an en dash where there is none."""
    if not math.isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+") + text


def billions(value: float) -> str:
    """An amount in billions with its sign: one decimal below a hundred, none from there on."""
    return signed(value, 1 if abs(value) < 99.95 else 0)


def small(value: float) -> str:
    """A residual: 3.1e-13, with a true minus sign in the exponent."""
    return f"{value:.1e}".replace("-", MINUS)
