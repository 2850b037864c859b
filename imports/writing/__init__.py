"""Write the results of rows, and keep them with the import."""
