"""Talks to the echo server named on the command line by python's websockets; prints a line per check, fails loudly."""
import asyncio
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory as Deflate

ORIGIN = sys.argv[1]
SIZES = [int(size) for size in sys.argv[2].split(",")]

VARIANTS = [
    ("without compression", "plain", None),
    ("with an offer that is declined", "plain", [Deflate()]),
    ("with compression", "alone", [Deflate()]),
    ("with context takeover", "chained", [Deflate(client_max_window_bits=True)]),
    (
        "with every parameter",
        "chained",
        [Deflate(server_max_window_bits=9, client_max_window_bits=9, client_no_context_takeover=True)],
    ),
    ("with no context of the server", "chained", [Deflate(server_no_context_takeover=True)]),
]


def connect(path, extensions=None):
    return websockets.connect(ORIGIN + path, compression=None, extensions=extensions, max_size=None)


async def echoes(route, extensions):
    for style in ("loop", "events"):
        async with connect(f"/{route}/{style}", extensions) as ws:
            assert bool(ws.extensions) == (route != "plain"), ws.extensions
            for size in SIZES:
                for message in (("gotta go fast! €" * size)[:size], (b"%d bytes " % size * size)[:size]):
                    await ws.send(message)
                    assert await ws.recv() == message, size


async def fragments(route, extensions):
    async with connect(f"/{route}/loop", extensions) as ws:
        pieces = [f"piece {index} €" for index in range(50)]
        await ws.send(pieces)
        assert await ws.recv() == "".join(pieces)
        await (await ws.ping(b"hello"))


async def close_codes():
    for code in (1000, 1001, 1008, 1011, 3000, 4999):
        async with connect("/plain/close") as ws:
            await ws.send(str(code))
            await ws.wait_closed()
            assert (ws.close_code, ws.close_reason) == (code, "as you wish"), ws.close_code


async def main():
    for title, route, extensions in VARIANTS:
        await echoes(route, extensions)
        await fragments(route, extensions)
        print(title, flush=True)
    await close_codes()
    print("close codes", flush=True)


asyncio.run(main())
