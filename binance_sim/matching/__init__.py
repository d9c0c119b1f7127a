"""The matching engine: order books, orders and what becomes of them. No socket, no task, no clock of its own."""
