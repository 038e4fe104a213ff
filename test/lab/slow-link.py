"""Joins two network namespaces by a link that holds every packet back for a while: slow-link.py NEAR NEAR_IP FAR FAR_IP DELAY_MS.

Kernels without netem can delay nothing, so the packets pass through this program. It says "ready" and ends with SIGTERM.
"""
import asyncio
import ctypes
import fcntl
import os
import signal
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
LONGEST_PACKET = 65536
NAME = "slow0"


def make_end(namespace, address, peer):
    """A tun device in the namespace, seen from here as a file of packets."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    if libc.setns(there, 0) != 0:
        raise OSError(ctypes.get_errno(), f"cannot enter the namespace {namespace}")
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", NAME.encode(), IFF_TUN | IFF_NO_PI))
    libc.setns(home, 0)
    os.close(there)
    os.close(home)
    ip("-n", namespace, "addr", "add", address, "peer", peer, "dev", NAME)
    ip("-n", namespace, "link", "set", NAME, "up")
    ip("-n", namespace, "link", "set", "lo", "up")
    return end


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def forward(loop, source, target, delay):
    try:
        packet = os.read(source, LONGEST_PACKET)
    except BlockingIOError:
        return
    loop.call_later(delay, write, target, packet)


def write(target, packet):
    try:
        os.write(target, packet)
    except OSError:
        pass  # A full queue drops packets, as a real link does.


async def main(near, near_address, far, far_address, delay_ms):
    loop = asyncio.get_running_loop()
    ends = make_end(near, near_address, far_address), make_end(far, far_address, near_address)
    delay = float(delay_ms) / 1000
    for source, target in (ends, ends[::-1]):
        loop.add_reader(source, forward, loop, source, target, delay)
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    print("ready", flush=True)
    await over.wait()


asyncio.run(main(*sys.argv[1:]))
