"""Whether the promise is kept: drill, judge, demonstration."""
