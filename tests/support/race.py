"""Many clients at once, each on a connection of its own, let go together."""
import asyncio
import json
import time

import aiohttp


async def _race(port, token, requests, timeout):
    gate = asyncio.Event()
    connector = aiohttp.TCPConnector(limit=0)
    head = {"Authorization": "Bearer " + token}
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(connector=connector, headers=head,
                                     timeout=aiohttp.ClientTimeout(total=timeout)) as session:
        async def one(method, path, body):
            await gate.wait()
            started = time.monotonic()
            async with session.request(method, url + path, json=body) as response:
                text = await response.text()
                return response.status, json.loads(text) if text else None, time.monotonic() - started
        tasks = [asyncio.create_task(one(*request)) for request in requests]
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(*tasks)


def race(port, token, requests, timeout=60):
    """[(method, path, body)] at once -> [(status, json, seconds)] in the same order."""
    return asyncio.run(_race(port, token, requests, timeout))
