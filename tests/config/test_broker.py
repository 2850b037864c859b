import time
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError


def connect(folder: Path) -> Connection:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection("filesystem://localhost", transport="config.broker:Transport", transport_options=options)


def test_a_message_in_the_folder_reaches_the_next_process(tmp_path: Path) -> None:
    with connect(tmp_path) as sender:
        sender.SimpleQueue("celery").put({"task": "één"})
    with connect(tmp_path) as receiver:
        message = receiver.SimpleQueue("celery").get(timeout=5)
        message.ack()

    assert message.payload == {"task": "één"}
    assert list(tmp_path.glob("*.msg*")) == []


def test_half_a_message_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "0_half.other.msg.123").write_text('{"bo')
    with connect(tmp_path) as sender:
        queue = sender.SimpleQueue("other")
        queue.put({"task": "whole"})
        message = queue.get(timeout=5)
        message.ack()

    assert message.payload == {"task": "whole"}


def test_a_worker_that_waits_looks_up_within_a_second(tmp_path: Path) -> None:
    with connect(tmp_path) as receiver:
        queue = receiver.SimpleQueue("celery")
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            receiver.drain_events(timeout=20)
        queue.close()

    assert time.monotonic() - began < 10


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    with connect(tmp_path / "gone") as sender:
        sender.SimpleQueue("new").put({"task": "kept"})

    assert len(list((tmp_path / "gone").glob("*.new.msg"))) == 1


def test_a_folder_that_cannot_be_used_is_a_broker_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with connect(tmp_path / "file" / "queue") as sender, pytest.raises(OperationalError, match="Not a directory"):
        sender.ensure_connection(max_retries=1)
