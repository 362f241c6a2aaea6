"""How long a solve takes on this machine, beside what the machine allows: `make bench`, or `python -m benchmarks`."""
