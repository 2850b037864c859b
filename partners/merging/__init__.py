"""Two organisations that turn out to be one: what would happen, and whose references go where."""
