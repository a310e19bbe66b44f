"""The `modulus` command. One module per subcommand; data on stdout, prose on stderr.

Exit codes: 0 done, 1 the proof is rejected, 2 wrong usage or unusable input, 3 a file or the powers
of tau are missing or damaged, 70 a defect of Modulus, 130 interrupted.
"""

from __future__ import annotations

from modulus.cli.main import main

__all__ = ["main"]
