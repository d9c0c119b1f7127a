from lotkeeper.trading.shown import changed_text, has_changed


def test_only_what_was_shown_can_have_changed():
    assert [has_changed(shown, "0.5 BTC") for shown in ("", "0.5 BTC", "0.6 BTC")] == [False, False, True]


def test_the_refusal_says_what_it_would_come_to():
    assert "; now: 0.5 BTC; " in changed_text("0.5 BTC")
