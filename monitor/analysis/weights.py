"""The weights of the company model: how much each signal of a name's use speaks for a company.

Fitted by `python benchmarks/tagging.py --fit` on hand-labelled items with ambiguous names, by
signals that know no name. A score is 1 / (1 + exp(-(BIAS + sum of weight × signal))).
"""

BIAS = -2.10
WEIGHTS: dict[str, float] = {
    "words of about": 3.81,
    "named surely elsewhere": 3.00,
    "legal form after": 2.63,
    "its people named": 2.50,
    "business words": 2.31,
    "names of about": 2.05,
    "business noun after": 1.90,
    "word of about beside": 1.62,
    "context": 1.50,
    "business verb after": 1.27,
    "sentence begins with it": 1.08,
    "list of names": 1.03,
    "-ing after": 1.01,
    "named in several ways": 1.00,
    "to + verb after": 0.97,
    "model number after": 0.95,
    "preposition before": 0.93,
    "near another company": 0.87,
    "other companies named": 0.81,
    "named again": 0.80,
    "possessive": 0.62,
    "part of the outlet's name": 0.23,
    "hyphenated": 0.18,
    "capital mid-sentence": 0.13,
    "verb position": 0.13,
    "possessive before": -0.04,
    "article before": -0.34,
    "given name before": -0.51,
    "number before": -0.55,
    "another company right before": -0.56,
    "complement after": -0.59,
    "business noun before": -0.83,
    "capitalised word after": -0.90,
    "capital in title case": -1.21,
    "in lower case elsewhere": -1.28,
    "other kind of name after": -1.35,
    "capitalised word before": -1.70,
    "named in about as not it": -1.95,
}
