import rules

from accounts.rules import is_colleague, keeps_records

rules.add_perm("notifications.view_mail", is_colleague)
rules.add_perm("notifications.retry_mail", keeps_records)
