"""The part of the service that learns at night and lets the worker judge by what was learnt.

In:       a store, a worker, the configuration the service was started with.
Out:      a fresh judge in the worker's house whenever any process has learnt one.
Not here: learning itself (desk.learning); it runs as a command of its own, because scikit-learn would cost the
          service 130 MiB for the rest of its life.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from classifier.own import OwnCategory
from desk.config import DEFAULTS
from desk.learning import has_news, newest_id, serving_triage
from desk.worker import Worker
from models import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 600.0
NIGHT_HOURS = range(2, 5)
LONGEST_TRAINING = 3_600


class Learner:
    """Looks every ten minutes for newer weights, and at night for corrections that nobody has learnt from."""

    def __init__(
        self, store: Store, worker: Worker, source: str, timezone: str, own: Sequence[OwnCategory] = (),
        learns: bool = True,
    ) -> None:  # fmt: skip
        """`learns`: whether it trains as well, which one of several workers does for all."""
        self.learns = learns
        self.store, self.worker, self.source, self.own = store, worker, source, own
        self.zone = ZoneInfo(timezone)
        with store.reading() as session:
            self.serving = newest_id(session)
        self.learnt_on = ""

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.wait(LOOK_EVERY):
            try:
                if self.learns:
                    self.learn_at_night(self.worker.clock())
                self.take_over()
            except (SQLAlchemyError, OSError, subprocess.SubprocessError) as error:
                log.warning("learner: %s; trying again later", type(error).__name__)

    def take_over(self) -> bool:
        """Judge by the newest weights that serve; whether they are others than before."""
        with self.store.reading() as session:
            newest = newest_id(session)
        if newest == self.serving:
            return False
        self.worker.house = replace(self.worker.house, triage=serving_triage(self.store, self.own))
        self.serving = newest
        log.info("learner: weights %s serve", newest)
        return True

    def learn_at_night(self, now: datetime) -> bool:
        """Train once a night, when corrections have come; whether a training was run."""
        local = now.astimezone(self.zone)
        night = local.date().isoformat()
        if local.hour not in NIGHT_HOURS or self.learnt_on == night:
            return False
        self.learnt_on = night
        with self.store.reading() as session:
            if not has_news(session):
                return False
        named = [] if self.source == DEFAULTS else ["-c", self.source]
        done = subprocess.run(
            [sys.executable, "-m", "desk.cli", *named, "train"],
            capture_output=True, text=True, timeout=LONGEST_TRAINING, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            log.error("learner: training ended with status %d", done.returncode)
        return True
