"""A list that was really published, for the tests marked ``real_data``; it lies beside the repository, not in it.

Organisations in Horizon 2020 projects up to 2017: number, name, short name, activity type (PRC company, REC research,
HES higher education, PUB public body, OTH other), street, city, country, number of projects. Source: CORDIS, © European
Union, CC BY 4.0, by way of a public network analysis of 2017 that kept these columns.
"""

from pathlib import Path

from tests.data.registry_file import RegistryFile

FOLDER = Path(__file__).parents[3] / "shared" / "data"


def real_file() -> RegistryFile:
    """Read the file, with figures that were counted by hand."""
    name = "h2020_organisations_2017.csv"
    return RegistryFile(
        name=name,
        data=(FOLDER / name).read_bytes(),
        rows=16_592,
        line_without_number=575,
        remarks=710,
        twins="THE OPEN UNIVERSITY",
        in_britain=1_633,
        in_kosovo=7,
        broken=(4, "shortName", "Bernhard J√∂ckel", "938626030"),
        over_two_lines=("920030257", "MMC BYGGET MJOLSTADNESET"),
    )
