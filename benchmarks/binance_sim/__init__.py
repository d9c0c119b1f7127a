"""What the simulator handles on one core: orders over each interface, and market frames to real sockets."""
