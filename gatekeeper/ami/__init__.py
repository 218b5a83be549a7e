"""The Asterisk Manager Interface: the proxy between dialers and Asterisk, and what watches Asterisk's events.

A protocol core takes bytes and gives commands, without a socket (`session`, `server_stream`, `wire`); `connection` and
`proxy` move the bytes.
"""
