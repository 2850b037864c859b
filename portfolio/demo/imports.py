"""An imported list from a fair: new prospects with contacts, a value that is left out, and a row that is refused."""

import random

from accounts.models import User
from imports import actions

CITIES = ["Assen", "Ede", "Gouda", "Hoorn", "Weert", "Zutphen"]
KINDS = ["bibliotheek", "school of opleiding", "stichting of vereniging", "zorg of welzijn"]
NAMES = ["Buurthuis De Brug", "Leescafé ’t Lokaal", "Wijkcentrum Oost", "Werkplaats Samen", "Taalhuis De Linde"]
PEOPLE = ["Ilse Mulder", "Youssef El Amrani", "Bram de Wit", "Fenna Postma", "Sami Yilmaz", "Lotte Kuipers"]
FIELDS = ["name", "kind", "city", "country", "contact_name", "contact_email", "contact_position"]


def import_list(*, actor: User, chance: random.Random) -> None:
    """Import a list of a fair, through the steps that a coordinator takes."""
    rows = ["Organisatie;Soort;Plaats;Land;Contactpersoon;E-mail contactpersoon;Functie"]
    for number, name in enumerate(NAMES):
        city, address = chance.choice(CITIES), f"contact{number + 1}@beurs.example"
        person = chance.choice(PEOPLE)
        rows.append(f"{name};{chance.choice(KINDS)};{city};Nederland;{person};{address};coördinator")
    rows.append(f"Zonder land;{KINDS[0]};{CITIES[0]};Atlantis;;;")
    rows.append(f";{KINDS[0]};{CITIES[0]};Nederland;;;")
    data = "\r\n".join(rows).encode("cp1252")
    upload = actions.upload_import(actor=actor, file_name="beurslijst.csv", data=data)
    actions.read_import(upload_id=upload.pk)
    actions.map_import(actor=actor, upload=upload, fields=FIELDS, key="name_city")
    actions.check_import(upload_id=upload.pk)
    actions.confirm_import(actor=actor, upload=upload)
    actions.run_import(upload_id=upload.pk)
