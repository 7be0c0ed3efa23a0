"""Measurements on a real Kafka of one node: throughput, transactions, the engine's own cost, and Faust beside it."""
