"""Comparing the fields and JSON types of two bodies."""

from tests.binance_sim.frames.differences import DIFFERENCES, UNORDERED


def kind_of(value):
    """The type of a JSON value; of a list by its first element, of an object by its fields."""
    if isinstance(value, dict):
        return {name: kind_of(each) for name, each in value.items()}
    if isinstance(value, list):
        return [kind_of(each) for each in value[:1]]
    return type(value).__name__


def same_kind(ours, real):
    """The same types on all levels; an empty list matches every list."""
    if isinstance(ours, list) and isinstance(real, list):
        return not ours or not real or same_kind(ours[0], real[0])
    if isinstance(ours, dict) and isinstance(real, dict):
        return set(ours) == set(real) and all(same_kind(ours[name], real[name]) for name in real)
    return ours == real


def same_shape(name, ours, real):
    """Compare fields, types and order; returns the differences of the table that were used."""
    allowed = DIFFERENCES.get(name, {})
    different = set(ours) ^ set(real)
    assert different <= set(allowed), f"{name}: {different - set(allowed)} is on one side only"
    both = [field for field in real if field in ours]
    if name not in UNORDERED:
        assert [field for field in ours if field in real] == both, name
    for field in both:
        assert same_kind(kind_of(ours[field]), kind_of(real[field])), f"{name}.{field}: {ours[field]} {real[field]}"
    return different


def all_same(name, pairs):
    """Compare many pairs; each line of the table must be used by one of them."""
    met = set()
    for ours, real in pairs:
        met |= same_shape(name, ours, real)
    assert met == set(DIFFERENCES.get(name, {})), name
