"""All that is measured of tier 0: `python -m bench.pii --data FOLDER` runs speed, accuracy and the whole tier.

Results go to bench/results. FOLDER holds the development parts of ASQ-PHI and synth_dataset_v2; `asq.py` and `synth.py`
say where the public originals are.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer


def main(
    data: Annotated[Path, typer.Option(exists=True, file_okay=False, envvar="METRONIS_BENCH_DATA", help="The sets.")],
) -> None:
    """Measure everything, each in a process of its own."""
    given = ("--data", str(data))
    for name, arguments in (("accuracy", given), ("speed", given), ("tier", ())):
        subprocess.run([sys.executable, "-m", f"bench.pii.{name}", *arguments, "--save"], check=True)


if __name__ == "__main__":
    typer.run(main)
