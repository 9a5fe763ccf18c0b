"""The workloads of bits: 256 flags, stored and combined as in a program."""

from random import Random

from agent.porting.benchmark.scripted import UNSEEN, scripted

FLAGS = f"{Random(1).getrandbits(256):0256b}"
NUMBER = int(FLAGS, 2)
EVEN = int("01" * 128, 2)

WORKLOADS = [
    scripted(
        "combine",
        "flags are parsed, masked, shifted and formatted",
        "Bits",
        [
            (f"bits = Bits('{FLAGS}')", UNSEEN),
            (f"bits2 = Bits({EVEN}, 256)", UNSEEN),
            ("bits3 = bits.__and__(bits2)", UNSEEN),
            ("bits3.as_hex()", repr(f"{NUMBER & EVEN:064X}")),
            ("bits3 = bits.__or__(bits2)", UNSEEN),
            ("bits3.as_bytes()", repr((NUMBER | EVEN).to_bytes(32, "big"))),
            ("bits3 = bits.__rshift__(100)", UNSEEN),
            ("bits3.as_bin()", repr(f"{NUMBER >> 100:0156b}")),
            ("bits3 = bits[10:20]", UNSEEN),
            ("bits3.as_int()", repr(int(FLAGS[10:20], 2))),
        ],
        again=True,
    ),
    scripted(
        "look",
        "each flag is looked at",
        "Bits",
        [
            (f"bits = Bits('{FLAGS}')", UNSEEN),
            *((f"bits[{place}]", repr(flag == "1")) for place, flag in enumerate(FLAGS)),
            ("bits.as_list()", repr([flag == "1" for flag in FLAGS])),
        ],
        again=True,
    ),
]
"""Their answers were worked out on plain numbers and texts."""
