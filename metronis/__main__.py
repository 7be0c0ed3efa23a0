"""`python -m metronis`."""

from metronis.cli import main

main()
