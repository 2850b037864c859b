"""Parse the rows of a table: match columns to fields, and texts to values of these fields."""
