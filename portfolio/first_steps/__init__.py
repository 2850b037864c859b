"""Begin with own data: the first administrator and our own organisation."""
