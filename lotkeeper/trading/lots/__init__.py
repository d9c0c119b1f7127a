"""A lot: its fills, costs, states, dust and floor."""
