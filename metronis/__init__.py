"""The program: settings, errors, the clock and the command line that builds real objects from settings."""

__version__ = "0.1.0"
