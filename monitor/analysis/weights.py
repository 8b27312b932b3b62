"""The weights of the company model: how much each signal of a name's use speaks for a company.

Fitted by `python benchmarks/tagging.py --fit` on hand-labelled items with ambiguous names, by
signals that know no name. A score is 1 / (1 + exp(-(BIAS + sum of weight × signal))).
"""
