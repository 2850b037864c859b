"""Files of organisations as the source writes them."""

from io import BytesIO

from openpyxl import Workbook

COLUMNS = ["orgId", "name", "shortName", "activityType", "street", "city", "country", "numProjects"]
AURORA = {"orgId": "1", "name": "AURORA AS", "shortName": "AUR", "activityType": "PRC", "street": "Storgata 1"}


def row(**values: str) -> str:
    """One line with all columns of the source; what is not given is as for a company in Oslo."""
    usual = {**AURORA, "city": "OSLO", "country": "NO", "numProjects": "3"}
    return ",".join({**usual, **values}[name] for name in COLUMNS)


def csv(*rows: str) -> bytes:
    """Return a file with the columns of the source."""
    return "".join(line + "\n" for line in (",".join(COLUMNS), *rows)).encode()


def xlsx(*rows: list[object], title: str = "Partners") -> bytes:
    """Return a spreadsheet with these rows on its first sheet, and other content on a second one."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for values in rows:
        sheet.append(values)
    book.create_sheet("Notes").append(["remember", "the milk"])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
