"""The distance between clients and the exchange: everything on a connection arrives later, in order."""
