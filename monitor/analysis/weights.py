"""The weights of the company model: how much each signal of a name's use speaks for a company.

Fitted by `python benchmarks/tagging.py --fit` on hand-labelled items with ambiguous names, by
signals that know no name. A score is 1 / (1 + exp(-(BIAS + sum of weight × signal))).
"""

BIAS = -2.11
WEIGHTS: dict[str, float] = {
    "named surely elsewhere": 3.00,
    "words of about": 2.71,
    "its people named": 2.50,
    "business words": 2.23,
    "legal form after": 1.95,
    "names of about": 1.73,
    "context": 1.50,
    "word of about beside": 1.32,
    "business noun after": 1.00,
    "named in several ways": 1.00,
    "list of names": 0.98,
    "sentence begins with it": 0.91,
    "to + verb after": 0.86,
    "business verb after": 0.79,
    "near another company": 0.78,
    "named again": 0.64,
    "other companies named": 0.55,
    "model number after": 0.55,
    "preposition before": 0.53,
    "verb position": 0.35,
    "possessive": 0.33,
    "capital mid-sentence": 0.31,
    "part of the outlet's name": 0.15,
    "article before": 0.09,
    "hyphenated": 0.01,
    "possessive before": -0.08,
    "given name before": -0.24,
    "number before": -0.42,
    "complement after": -0.52,
    "business noun before": -0.65,
    "capitalised word after": -0.66,
    "in lower case elsewhere": -0.99,
    "other kind of name after": -1.18,
    "capital in title case": -1.22,
    "named in about as not it": -1.54,
    "capitalised word before": -1.56,
}
