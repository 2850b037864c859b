"""Find an address or a number in what people write in a cell: with words around it, or two in one cell.

Each function returns the text to read, and the part of the cell that it leaves out; "" where that is nothing.
"""

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

_DASHES = re.compile(r"[\u2010-\u2015\u2212\u00b7\u2022\uff0d]")
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"/|]+@[^\s<>()\[\],;:\"/|]+")
_PHONE_WORDS = re.compile(
    r"^(?:tel(?:efoon|ephone|efoonnummer)?|phone|mob(?:iel|ile)?|gsm|t|m)\s*[.:]*\s*(?=[+(\d])", re.I
)
_EXTENSION = re.compile(r"\s*\b(?:toestel|tst\.?|extension|ext\.?|x)\s*(\d{1,6})$", re.I)
_BETWEEN_NUMBERS = re.compile(r"\s*(?:[;,|]|\s/\s|\b(?:of|or|en|and)\b)\s*", re.I)
_NUMBER = re.compile(r"[+(]?[\d(][\d\s().\-/]*")
_FEWEST_FIGURES = 6
_WORDS_IN_BRACKETS = re.compile(r"\s*\(([^)]*[^\W\d][^)]*)\)")
_BETWEEN_SITES = re.compile(r"[;,|]\s+|\s+/\s+|\s+(?:of|or|en|and)\s+|\s+(?=https?:|www\.)", re.I)
_SCHEME = re.compile(r"^(https?)(?::/(?!/)|://|//|:(?!/))", re.I)


def email_in(text: str) -> tuple[str, str]:
    """Find the first e-mail address, as in “Info <info@bieb.nl>, b@bieb.nl”."""
    found = _EMAIL.findall(re.sub(r"\s*@\s*", "@", re.sub("^mailto:", "", text, flags=re.I)))
    addresses = [address.strip(".'’‘“”") for address in found]
    return (addresses[0], ", ".join(addresses[1:])) if addresses else (text, "")


def phone_in(text: str) -> tuple[str, str]:
    """Find the first phone number, as in “Tel. 030 – 123 45 67 (receptie) / 06 12345678”."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", re.sub("^tel:", "", text, flags=re.I)))
    plain = _PHONE_WORDS.sub("", plain.strip())
    left_out = [words.strip() for words in _WORDS_IN_BRACKETS.findall(plain)]
    first, *others = _BETWEEN_NUMBERS.split(_WORDS_IN_BRACKETS.sub("", plain))
    extension = _EXTENSION.search(first)
    first = _EXTENSION.sub("", first).strip()
    number = _NUMBER.match(first)
    if number is None or sum(character.isdigit() for character in number[0]) < _FEWEST_FIGURES:
        return text, ""
    left_out += [first[number.end() :].strip(), *others]
    return number[0].strip(" -/.") + (f" x{extension[1]}" if extension else ""), ", ".join(filter(None, left_out))


def web_address_in(text: str) -> tuple[str, str]:
    """Find the first web address, as in “www.bieb.nl (in aanbouw), http:/oud.bieb.nl”."""
    left_out = [words.strip() for words in _WORDS_IN_BRACKETS.findall(text)]
    first, *others = _BETWEEN_SITES.split(_WORDS_IN_BRACKETS.sub("", text).strip())
    address = _SCHEME.sub(lambda scheme: f"{scheme[1].lower()}://", first.strip())
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return text, ""
    whole = urlunsplit(parts._replace(netloc=parts.netloc.lower()))
    return whole.replace(" ", "%20") if parts.netloc and " " not in parts.netloc else text, ", ".join(
        [*left_out, *others]
    )
