"""How events move: the Broker seam, the one consume loop, transactions, dead letters and the sink."""
