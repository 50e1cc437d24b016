"""The Maildir outbox."""

import mailbox
from pathlib import Path

import pytest

from notifier.folder import OutboxFolder
from notifier.way import Unreachable

MAIL = b"Subject: x\r\nMessage-ID: <a@b>\r\n\r\nword\r\n"


def test_a_mail_lies_as_a_readable_file_in_a_maildir(tmp_path: Path) -> None:
    OutboxFolder(tmp_path / "out").deliver("1.N7.abc", "a@b.example", MAIL, True)
    (file,) = (tmp_path / "out" / "new").iterdir()
    assert file.name == "1.N7.abc.eml"
    assert [mail["Subject"] for mail in mailbox.Maildir(tmp_path / "out", create=False)] == ["x"]
    assert list((tmp_path / "out" / "tmp").iterdir()) == []


def test_the_same_mail_again_takes_the_first_ones_place(tmp_path: Path) -> None:
    folder = OutboxFolder(tmp_path)
    folder.deliver("1.N7.abc", "a@b.example", MAIL, True)
    folder.deliver("1.N7.abc", "a@b.example", MAIL, True)
    assert len(list((tmp_path / "new").iterdir())) == 1
    (tmp_path / "new" / "1.N7.abc.eml").rename(tmp_path / "cur" / "1.N7.abc.eml:2,S")
    folder.deliver("1.N7.abc", "a@b.example", MAIL, True)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_the_houses_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unreachable, match="outbox folder"):
        OutboxFolder(tmp_path / "file" / "out").deliver("n", "a@b.example", MAIL, False)
