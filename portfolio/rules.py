import rules

from accounts.rules import is_colleague

rules.add_perm("portfolio.view_dashboard", is_colleague)
