"""Fields that only one side has, by kind of frame, with the reason. An unused line is an error."""

REMOVED = "removed from the stream in June 2024"
IN_2023 = "working time and self-trade prevention came in 2023; the recording is older"
IN_2024 = "came after the recording"
DIFFERENCES = {
    "executionReport": {"W": IN_2023, "V": IN_2023},
    "trade": {"b": REMOVED, "a": REMOVED},
    "POST order": {"workingTime": IN_2023, "selfTradePreventionMode": IN_2023, "origQuoteOrderQty": IN_2024},
    "DELETE openOrders": {
        "transactTime": IN_2024,
        "origQuoteOrderQty": IN_2024,
        "selfTradePreventionMode": IN_2023,
    },
    "GET openOrders": {"workingTime": IN_2023, "selfTradePreventionMode": IN_2023},
    "GET account": {
        "commissionRates": IN_2024,
        "brokered": IN_2024,
        "requireSelfTradePrevention": IN_2023,
        "preventSor": IN_2024,
        "permissions": "left out by who recorded it",
        "uid": IN_2024,
    },
    "GET avgPrice": {"closeTime": IN_2024},
    "GET exchangeInfo": {
        "otoAllowed": IN_2024,
        "opoAllowed": "came in December 2025",
        "allowTrailingStop": IN_2024,
        "cancelReplaceAllowed": IN_2024,
        "amendAllowed": "came in April 2025",
        "pegInstructionsAllowed": "came in August 2025",
        "permissionSets": "took the place of permissions in 2024",
        "defaultSelfTradePreventionMode": IN_2023,
        "allowedSelfTradePreventionModes": IN_2023,
    },
}
# Frames with another order of fields: sorted by the recorder, or moved by the exchange since.
UNORDERED = {"GET exchangeInfo", "GET openOrders", "exchangeInfo", "trades", "filter"}
