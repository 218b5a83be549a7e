"""`make demo`: the main job, once, on a real Asterisk with a SIPp carrier."""
