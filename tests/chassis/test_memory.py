"""What a process was given for something large goes back when it is done."""

import platform
import subprocess
import sys

import pytest

ASKED = """
import ctypes
from services.chassis.process.lifetime import give_memory_back

class Account(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks".split()]
    _fields_ += [(name, ctypes.c_size_t) for name in "fsmblks uordblks fordblks keepcost".split()]

library = ctypes.CDLL(None)
library.mallinfo2.restype = Account
for _ in range({calls}):
    give_memory_back()
for size in (16, 8, 4):
    # What was freed tells the C library what is usual.
    bytearray(size << 20)
before = library.mallinfo2().hblks
kept = bytearray(3 << 20)
print(library.mallinfo2().hblks - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
@pytest.mark.parametrize(("calls", "apart"), [(1, 1), (0, 0)], ids=["asked", "not asked"])
def test_what_is_large_lies_apart_and_can_be_given_back(calls: int, apart: int) -> None:
    words = [sys.executable, "-c", ASKED.format(calls=calls)]

    assert int(subprocess.run(words, check=True, capture_output=True, text=True).stdout) == apart
