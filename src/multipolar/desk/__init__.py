"""The desk: the world economy, live in the browser. Every number is made by the functions the command line calls."""
