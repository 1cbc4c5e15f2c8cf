"""Starts mitmdump on a free port, waits until it answers, prints the port, and ends it when told to."""
import json, signal, socket, subprocess, sys, time

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
# With a second argument it stands in for that server, over HTTP/2.
mode = ["--mode", "reverse:" + sys.argv[2]] if len(sys.argv) > 2 else ["--set", "http2=false"]
child = subprocess.Popen(
    ["mitmdump", "-q", "--listen-host", "127.0.0.1", "-p", str(port), "--ssl-insecure", "--set", "confdir=" + sys.argv[1],
     "--set", "stream_large_bodies=1m"] + mode,
    stdout=subprocess.DEVNULL)
signal.signal(signal.SIGTERM, lambda *_: child.terminate())
deadline = time.monotonic() + 15
while time.monotonic() < deadline:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        break
    except OSError:
        time.sleep(0.05)
print(json.dumps({"port": port}), flush=True)
sys.exit(child.wait())
