from common.row_keys import keys_in


def test_keys_are_read_once_in_their_order() -> None:
    assert keys_in(["12", "7", "12", "007"]) == [12, 7]


def test_what_cannot_be_a_key_is_left_out() -> None:
    assert keys_in(["", "-1", "1.5", "twelve", " 3", "٣", "9" * 19, "9" * 18]) == [10**18 - 1]
