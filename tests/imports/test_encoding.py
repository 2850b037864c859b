import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.mapping.encoding import looks_broken

BROKEN = [
    "J√∂ckel",
    "ESPA√ëOLA",
    "ul. Bia≈Çozora",
    "1¬∫ izq.",
    "Œú Œ∑",
    "D‚ÄôAUDERGHEM",
    "JÃ¶ckel",
    "cafÃ©",
    "dâ€™été",
    "a\ufffdb",
]
FINE = [
    "Jöckel",
    "L’École d’Été",
    "„Universität“",
    "École – Évora — “Ère”",
    "»Ökonomie«",
    "Þingvellir Łódź Győr Iași Čačak İstanbul",
    "Αθήνα Москва Київ",
    "São João, nº 4, 3ª",
    "ÇÃO ÕES",
    "50 € · 20 °C",
    "plain",
    "",
]


@pytest.mark.parametrize("text", BROKEN)
def test_broken_encoding_is_noticed(text: str) -> None:
    assert looks_broken(text)


@pytest.mark.parametrize("text", FINE)
def test_accented_text_is_fine(text: str) -> None:
    assert not looks_broken(text)


@given(st.text(alphabet="áéíóúàèùâêîôûäëïöüñçøåßęąłśćżźńőűčšžřďťňģķļ", min_size=1, max_size=8))
def test_utf8_read_as_mac_roman_is_noticed(text: str) -> None:
    assert looks_broken(text.encode().decode("mac_roman"))


@given(st.text(alphabet="áéíóúàèùâêîôûäëïöüñçøåßæ", max_size=20))
def test_western_letters_side_by_side_are_fine(text: str) -> None:
    assert not looks_broken(text)
