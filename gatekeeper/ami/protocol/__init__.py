"""AMI: the wire format, and what the proxy makes of each action, without a socket."""
