"""An account of the exchange: funds, amounts locked for orders, commission rates, order counts."""
