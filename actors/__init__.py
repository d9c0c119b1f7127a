"""The running system: one actor a file, its supervisor above it."""
