import pytest

from common.icons import icon_paths


def test_icon_paths_are_the_inside_of_one_icon() -> None:
    paths = icon_paths("list")
    assert paths.startswith("<path")
    assert "symbol" not in paths


def test_unknown_icon_is_refused() -> None:
    with pytest.raises(KeyError, match="no icon called nonsense"):
        icon_paths("nonsense")
