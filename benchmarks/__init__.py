"""How right the aligner is, beside what plain tools give on the same data. `python -m benchmarks.align`."""
