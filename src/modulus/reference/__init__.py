"""Executable specification of the Modulus verifier, in the Python standard library only.

Each module states one part of the protocol in the plainest correct form: field elements
are integers, points are tuples, nothing is cached or vectorised. The native code is tested
against the vectors this package produces. Nothing here runs in constant time, and nothing here
may ever hold a secret: it only verifies.
"""

from modulus.reference.verify import PublicValue, verify

__all__ = ["PublicValue", "verify"]
