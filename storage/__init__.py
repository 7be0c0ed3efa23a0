"""The Store seam: tables, migrations, named queries, and the ClickHouse engine behind them."""
