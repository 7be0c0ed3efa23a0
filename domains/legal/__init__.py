"""The legal domain: citations, contracts, deadlines and what a lawyer may say."""
