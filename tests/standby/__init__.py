"""Two hosts in network namespaces, one account: cut apart, killed, stopped and frozen, and judged."""
