"""Measurements, always side by side in one run; figures go to docs/performance.md, none is asserted in a test."""
