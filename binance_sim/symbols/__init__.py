"""Trade pairs: their filters and features, from a real exchangeInfo answer or from the catalogue."""
