"""What the command line's exit status says, and which refusal has which."""

import errno
from enum import IntEnum

from multipolar.catalogue import _
from multipolar.errors import InputError, MultipolarError, NoEquilibrium, NotConverged, VerificationError


class ExitCode(IntEnum):
    """Exit status of every command; scripts may rely on it."""

    OK = 0
    FAULT = 1
    USAGE = 2
    BAD_INPUT = 3
    NO_EQUILIBRIUM = 4
    NOT_CONVERGED = 5
    DIFFERS = 6
    INTERRUPTED = 130
    BROKEN_PIPE = 141


def exit_code_meanings() -> dict[ExitCode, str]:
    """What each exit status means, in the reader's language."""
    return {
        ExitCode.OK: _("done"),
        ExitCode.FAULT: _("an unexpected fault, which is an error in multipolar"),
        ExitCode.USAGE: _("the command line is wrong: an unknown command, option or choice"),
        ExitCode.BAD_INPUT: _("the input is wrong: a world, a scenario, a name or a file"),
        ExitCode.NO_EQUILIBRIUM: _("no equilibrium exists, or none was found, under this deficit rule"),
        ExitCode.NOT_CONVERGED: _("the search ended short of its tolerance, and no numbers are given"),
        ExitCode.DIFFERS: _("verification found other numbers than the record states"),
        ExitCode.INTERRUPTED: _("stopped by Ctrl-C"),
        ExitCode.BROKEN_PIPE: _("the program that read the output stopped reading"),
    }


_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (NoEquilibrium, ExitCode.NO_EQUILIBRIUM),
    (NotConverged, ExitCode.NOT_CONVERGED),
    (VerificationError, ExitCode.DIFFERS),
    (InputError, ExitCode.BAD_INPUT),
    (OSError, ExitCode.BAD_INPUT),
)


def exit_code(error: MultipolarError | OSError) -> ExitCode:
    """The exit status for a refusal; a file that cannot be read or written is bad input."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.FAULT)


def sentence(error: MultipolarError | OSError) -> str:
    """What went wrong in words, with the remarks that travelled along with the exception."""
    if isinstance(error, OSError) and error.filename is not None:
        reason = error.strerror or errno.errorcode.get(error.errno or 0, "")
        message = _("{path} cannot be read or written: {reason}.", path=error.filename, reason=reason)
    else:
        message = str(error)
    return "\n".join([message, *getattr(error, "__notes__", [])])
