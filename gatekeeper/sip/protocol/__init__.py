"""What the SIP gate speaks, without a socket: messages, who is called, what is sent on and what is answered."""
