"""Print the guide for an identity conversation as a PDF."""
