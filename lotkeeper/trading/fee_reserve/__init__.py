"""BNB for trading fees: how much there is, how long it lasts, and when more is bought."""
