"""How much the embedded exchange takes on one core: orders by each way in, and market frames to real sockets."""
