"""Trade pairs: their filters and abilities, from a real exchangeInfo answer or from the catalogue."""
