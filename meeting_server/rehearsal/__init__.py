"""A whole meeting held by simulated participants against the running system, over its public doors only.

They are ordinary clients: HTTP, the live socket, real WebRTC with recorded Vietnamese. Nothing here reaches into
the server; what the rehearsal shows is what members will see.
"""
