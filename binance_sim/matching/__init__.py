"""The matching engine: order books and orders. It has no sockets, no tasks and no clock of its own."""
