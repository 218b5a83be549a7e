"""AGI's wire format and the exchange of a question and its answer, without a socket."""
