"""Pure rules, no I/O: money, fills, lots, fees, floors, filters, states, decisions."""
