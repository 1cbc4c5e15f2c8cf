"""Sends datagrams over loopback at a steady rate to a socket that nobody reads: `live-packets.py PER_SECOND SECONDS`.
Prints the port, waits for a line on its standard input, sends, and prints how many it sent."""
import socket
import sys
import time

per_second, seconds = int(sys.argv[1]), float(sys.argv[2])
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sink.bind(("127.0.0.1", 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.connect(sink.getsockname())
print(sink.getsockname()[1], flush=True)
for _ in sys.stdin:
    payload = bytes(range(256)) * 2
    sent = 0
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < seconds:
        due = int(elapsed * per_second)
        while sent < due:
            sender.send(payload)
            sent += 1
        time.sleep(0.001)
    print(sent, flush=True)
