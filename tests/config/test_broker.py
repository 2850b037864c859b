from pathlib import Path

from kombu import Connection


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
