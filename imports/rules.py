import rules

from accounts.rules import keeps_records

rules.add_perm("imports.import_organisations", keeps_records)
