from actors.pair_keeper.send_window import SendWindow


def test_it_is_wide_until_a_sell_is_not_sent():
    window = SendWindow()
    assert window.size == 20
    window.on_taken()
    assert window.size == 20
    window.on_not_sent()
    assert window.size == 1


def test_each_sell_that_is_taken_doubles_it():
    window = SendWindow()
    window.on_not_sent()
    sizes = []
    for _ in range(6):
        window.on_taken()
        sizes.append(window.size)
    assert sizes == [2, 4, 8, 16, 20, 20]


def test_the_wait_grows_with_attempts_in_a_row_to_a_second():
    window = SendWindow()
    waits = []
    for _ in range(5):
        window.on_not_sent()
        waits.append(window.wait_s)
    assert waits == [0.25, 0.5, 1.0, 1.0, 1.0]
    window.on_taken()
    window.on_not_sent()
    assert window.wait_s == 0.25
