"""The configuration: what is wrong is said with file, key, what was found and what is expected."""

import re
from pathlib import Path

import pytest

from desk.config import ConfigError, load_settings, read_settings
from desk.config_fields import LISTS, SECTIONS
from desk.init_file import TEMPLATE, write_configuration


def problems(table: dict, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_settings(table, "districtdesk.toml", environment or {})
    return caught.value.problems


def test_without_any_file_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert settings.desk.address == "help@localhost"
    assert settings.database_url == "sqlite:///districtdesk.db"
    assert (settings.listener.host, settings.listener.port) == ("127.0.0.1", 8025)
    assert settings.listener.max_size == 35 * 1024 * 1024
    assert settings.delivery.smarthost is None and settings.delivery.outbox == Path("outbox")


@pytest.mark.parametrize(
    "table, parts",
    [
        ({"smtp": {"listen": "8025"}}, ["[smtp] listen:", "'8025'", "host and a port"]),
        ({"smtp": {"listn": "x:1"}}, ["[smtp] listn:", "did you mean 'listen'"]),
        ({"smpt": {}}, ["[smpt]", "did you mean 'smtp'"]),
        ({"district": {"address": "help"}}, ["[district] address:", "'help'", "e-mail address"]),
        ({"district": {"timezone": "Mars/North"}}, ["[district] timezone:", "'Mars/North'", "IANA"]),
        ({"delivery": {"tls": "ssl"}}, ["[delivery] tls:", "'ssl'", "starttls"]),
        ({"mailbox": [{"host": "imap.oak.example"}]}, ["[[mailbox]] 1, username:", "a value"]),
        ({"mailbox": [{"host": "h", "username": "u", "port": "993"}]}, ["port", "'993'", "a number"]),
        (
            {"person": [{"name": "Ann", "address": "a@b.example", "role": "boss"}]},
            ["[[person]] 1 (Ann), role:", "'boss'", "technician"],
        ),
        (
            {"person": [{"name": "Ann", "address": "a@b.example", "role": "techncian"}]},
            ["'techncian'", "did you mean technician?"],
        ),
        ({"database": {"url": "mysql://x"}}, ["[database] url:", "'mysql://x'", "postgresql://"]),
        ({"school": {"code": "oak"}}, ["school", "[[school]]"]),
        ({"smtp": {"max_size_mb": 0}}, ["[smtp] max_size_mb:", "from 1 to 500"]),
    ],
)
def test_a_wrong_value_is_named(table, parts):
    said = problems(table)
    assert len(said) == 1
    assert said[0].startswith("districtdesk.toml: ")
    assert all(part in said[0] for part in parts), said


def test_every_problem_is_told_at_once():
    assert len(problems({"smtp": {"listen": 1}, "district": {"address": 2, "name": 3}})) == 3


def test_a_secret_is_never_repeated():
    said = problems({"delivery": {"password": 12345}})
    assert "12345" not in said[0]


def test_the_environment_wins_and_a_file_may_hold_a_secret(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    environment = {
        "DISTRICTDESK_SMTP__LISTEN": "0.0.0.0:25",
        "DISTRICTDESK_DISTRICT__ALIASES": "a@oak.example, b@oak.example",
        "DISTRICTDESK_DELIVERY__PASSWORD_FILE": str(secret),
        "DISTRICTDESK_MAILBOX__HELP__PASSWORD": "1234",
        "DISTRICTDESK_MAILBOX__1__TLS": "no",
        "DISTRICTDESK_CONFIG": "elsewhere.toml",
        "DISTRICTDESK_REQUIRE": "imap",
    }
    boxes = [{"name": "help", "host": "h", "username": "u"}, {"host": "h2", "username": "u2"}]
    settings = read_settings({"mailbox": boxes}, "f", environment)
    assert settings.listener.port == 25
    assert settings.desk.aliases == ("a@oak.example", "b@oak.example")
    assert settings.delivery.password == "s3cret"
    assert settings.mailboxes[0].password == "1234"
    assert settings.mailboxes[1].tls is False and settings.mailboxes[1].name == "u2"


def test_a_wrong_variable_is_named():
    assert "DISTRICTDESK_SMTP__LISTN" in problems({}, {"DISTRICTDESK_SMTP__LISTN": "x:1"})[0]
    assert "DISTRICTDESK_SMTP__LISTEN" in problems({}, {"DISTRICTDESK_SMTP__LISTEN": "x"})[0]
    assert "cannot be read" in problems({}, {"DISTRICTDESK_DELIVERY__PASSWORD_FILE": "/no/such/file"})[0]


def test_a_file_that_is_named_must_be_there_and_be_toml(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        load_settings(str(tmp_path / "none.toml"), {})
    broken = tmp_path / "broken.toml"
    broken.write_text("[district\nname=")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_settings(None, {"DISTRICTDESK_CONFIG": str(broken)})


def test_init_writes_a_file_that_loads_and_is_never_written_over(tmp_path):
    file = tmp_path / "districtdesk.toml"
    assert write_configuration(str(file)) is None
    assert load_settings(str(file), {}).schools[0].code == "oak"
    file.write_text("mine")
    assert "exists already" in (write_configuration(str(file)) or "")
    assert file.read_text() == "mine"


def test_the_written_file_holds_when_every_comment_sign_is_taken_away(tmp_path):
    file = tmp_path / "all.toml"
    file.write_text(re.sub(r"(?m)^# (?=\[\[|[a-z_]+ = )", "", TEMPLATE), encoding="utf-8")
    settings = load_settings(str(file), {})
    assert settings.mailboxes[0].done_folder == "Done" and settings.coverage[1].team == "Triage"


@pytest.mark.parametrize("table", [SECTIONS, LISTS])
def test_every_setting_is_documented(table):
    said = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    missing = [f"{section}.{key}" for section, fields in table.items() for key in fields if f"`{key}`" not in said]
    assert not missing
