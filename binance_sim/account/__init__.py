"""One trader's side: funds, what is locked for orders, commission rates, order counts, own orders and trades."""
