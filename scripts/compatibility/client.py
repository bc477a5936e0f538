"""Tries nats-py against the servers that the environment names; the lines are those of client.mjs."""
import asyncio
import os
import ssl

import nats

A, B, TLS, CA = (os.environ[name] for name in ("A", "B", "TLS", "CA"))


async def step(title, run):
    try:
        await asyncio.wait_for(run(), 20)
        print(f"ok {title}", flush=True)
    except Exception as error:  # Whatever it is, it is the result.
        print(f"failed {title}: {type(error).__name__} {error}".split("\n")[0], flush=True)


async def listen(connection, subject, queue=""):
    heard = []

    async def take(message):
        heard.append(message)

    await connection.subscribe(subject, queue=queue, cb=take)
    await connection.flush()
    return heard


async def until_heard(publish, heard, seconds=5.0):
    for _ in range(int(seconds / 0.05)):
        if heard:
            return
        await publish()
        await asyncio.sleep(0.05)
    raise RuntimeError("nothing was heard")


async def main():
    held = {}

    async def quiet(_error):
        pass

    async def connect():
        held["a"] = await nats.connect(
            f"nats://{A}", max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=quiet
        )
        held["b"] = await nats.connect(f"nats://{B}", error_cb=quiet)

    await step("connect", connect)
    a, b = held["a"], held["b"]

    async def plain():
        heard = await listen(b, "plain.*")
        await until_heard(lambda: a.publish("plain.x", b"hello"), heard)
        assert heard[0].data == b"hello" and heard[0].subject == "plain.x"

    async def request():
        async def answer(message):
            await message.respond(b"re " + message.data)

        await b.subscribe("service", cb=answer)
        await b.flush()
        await asyncio.sleep(0.3)
        assert (await a.request("service", b"q", timeout=3)).data == b"re q"
        try:
            await a.request("nobody", b"", timeout=3)
        except nats.errors.NoRespondersError:
            return
        raise RuntimeError("without a responder it is not told")

    async def queue():
        both = [await listen(a, "work", "q"), await listen(b, "work", "q")]
        await asyncio.sleep(0.3)
        for i in range(100):
            await a.publish("work", str(i).encode())
        await a.flush()
        await asyncio.sleep(0.5)
        count = len(both[0]) + len(both[1])
        assert count == 100, f"{count} of 100 were taken"

    async def headers():
        heard = await listen(b, "headed")
        await until_heard(lambda: a.publish("headed", b"x", headers={"Key": "value"}), heard)
        assert heard[0].headers["Key"] == "value"

    async def reconnect():
        heard = await listen(a, "after")
        print("restart", flush=True)
        await asyncio.sleep(1)
        heard.clear()
        await until_heard(lambda: b.publish("after", b"x"), heard, 10)
        assert str(a.connected_url.port) != A.split(":")[1]

    async def tls():
        secured = await nats.connect(f"tls://{TLS}", tls=ssl.create_default_context(cafile=CA))
        heard = await listen(secured, "secret")
        await until_heard(lambda: secured.publish("secret", b"x"), heard)
        await secured.close()

    for title, run in [
        ("publish and subscribe", plain),
        ("request", request),
        ("queue", queue),
        ("headers", headers),
        ("reconnect", reconnect),
        ("TLS", tls),
    ]:
        await step(title, run)
    os._exit(0)


asyncio.run(main())
