"""Development with the bar of django-debug-toolbar: the settings and the addresses, which nothing else reads."""
