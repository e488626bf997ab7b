"""QEMU's control channel: one request, one answer; events are kept as they come."""

import json


class Qmp:
    def __init__(self, connection, timeout=60):
        connection.settimeout(timeout)
        self.stream = connection.makefile("rw", encoding="utf-8")
        self.events = []
        self._read("QMP")
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        answer = self._read("return", "error")
        if "error" in answer:
            raise RuntimeError("%s: %s" % (command, answer["error"]["desc"]))
        return answer["return"]

    def monitor(self, line):
        """A line of the human monitor, and its text."""
        return self.execute("human-monitor-command", **{"command-line": line}).replace("\r", "")

    def drain_events(self):
        """All events until QEMU has closed its end."""
        for line in self.stream:
            message = json.loads(line)
            if "event" in message:
                self.events.append(message)

    def _read(self, *keys):
        for line in self.stream:
            message = json.loads(line)
            if "event" in message:
                self.events.append(message)
            elif any(key in message for key in keys):
                return message
        raise EOFError("QEMU has closed its control channel")
