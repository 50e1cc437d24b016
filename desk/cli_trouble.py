"""What the command line says when something goes wrong: a sentence, never a traceback.

In:       an exception that a command let through.
Out:      one line on standard error, and the exit status that goes with it.
Not here: the commands (desk.cli).
"""

import logging
import sys

from sqlalchemy.exc import OperationalError

from desk.config import ConfigError
from desk.opening import LATER, WRONG, Unready

BAD_INPUT = 1

log = logging.getLogger(__name__)


def explain(error: Exception) -> int:
    """One sentence for what went wrong, and the status that goes with it."""
    if isinstance(error, ConfigError):
        print(error, file=sys.stderr)
        return WRONG
    if isinstance(error, Unready):
        print(error, file=sys.stderr)
        return error.status
    if isinstance(error, OperationalError):
        print("the database is out of reach or busy; try again", file=sys.stderr)
        return LATER
    log.debug("unexpected", exc_info=error)
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else "?"
    print(f"districtdesk: unexpected {type(error).__name__} at {where}; please report it", file=sys.stderr)
    return BAD_INPUT
