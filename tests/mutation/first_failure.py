"""A plugin of pytest for runs that ask only whether a test fails: Hypothesis looks for no smaller example, and how
busy the machine is decides nothing."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "first-failure",
    phases=(Phase.explicit, Phase.generate),
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("first-failure")
