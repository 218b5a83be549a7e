"""The SIP gate's protocol without a socket: reads messages, decides what is sent on and what is answered."""
