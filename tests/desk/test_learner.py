"""At night the service learns by a command of its own, once, and only when there is something to learn from."""

from datetime import UTC, datetime

import pytest

from desk.learner import Learner
from desk.learning import newest_id
from models import open_store
from models.schema import upgrade
from tests.desk.house import Stage
from tests.make import make_mail

NIGHT, DAY = datetime(2026, 9, 15, 7, 30, tzinfo=UTC), datetime(2026, 9, 15, 15, 0, tzinfo=UTC)
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
CONFIGURATION = '[district]\nname = "Oak"\naddress = "help@oakdistrict.example"\n[database]\nurl = "{url}"\n'


@pytest.fixture
def stage(tmp_path):
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    (tmp_path / "districtdesk.toml").write_text(CONFIGURATION.format(url=url), encoding="utf-8")
    store = open_store(url)
    upgrade(store)
    yield Stage(store, DAY)
    store.close()


def learner(stage: Stage, folder) -> Learner:
    return Learner(stage.store, stage.worker, str(folder / "districtdesk.toml"), "America/New_York")


def test_it_learns_once_a_night_from_what_was_corrected_by_day(stage, tmp_path):
    number = stage.carry(make_mail(subject="[fault:other] the zorbly", text="The zorbly shows no lessons.")).ticket_number
    stage.reply(stage.notices(number, template="assigned")[0], "#category learning-platforms", sender=TOM)
    night = learner(stage, tmp_path)
    assert not night.learn_at_night(DAY)
    assert night.learn_at_night(NIGHT)  # half past three in New York
    assert not night.learn_at_night(NIGHT)
    with stage.store.reading() as session:
        assert newest_id(session) == 1
    assert night.take_over()


def test_without_corrections_the_night_is_quiet(stage, tmp_path):
    assert not learner(stage, tmp_path).learn_at_night(NIGHT)
    with stage.store.reading() as session:
        assert newest_id(session) is None
