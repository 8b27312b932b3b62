"""A chart as it is shown: what Altair makes of it, with its rows beside it."""

import altair as alt
import pandas as pd

from monitor.dashboard.charts_compare import grouped_chart
from monitor.dashboard.colours import cycle
from monitor.dashboard.drawing import spec_of


def test_the_specification_is_altairs_and_its_rows_stand_beside_it() -> None:
    frame = pd.DataFrame(
        {"topic": ["a", "a"], "company": ["X", "Y"], "count": [1, 2], "share": [0.1, 0.2]}
    )
    options = {
        "by": "topic", "names": ["X", "Y"], "colours": cycle("XY"), "title": "Part",
        "count": "mentions",
    }  # fmt: skip
    spec = spec_of(grouped_chart, (frame,), options)
    [(name, rows)] = spec.pop("datasets").items()
    assert rows.to_pandas().equals(frame)
    assert spec.pop("data") == {"name": name}
    checked = grouped_chart(frame, **options).to_dict()
    assert spec == {k: v for k, v in checked.items() if k not in ("config", "data", "datasets")}


def test_every_layer_keeps_its_own_rows_however_many() -> None:
    many, few = pd.DataFrame({"x": range(6000)}), pd.DataFrame({"x": [1]})

    def layers(frame: pd.DataFrame) -> alt.LayerChart:
        parts = [alt.Chart(f).mark_point().encode(x="x:Q") for f in (frame, few)]
        return alt.LayerChart(layer=parts)

    spec = spec_of(layers, (many,), {})
    found = [len(spec["datasets"][layer["data"]["name"]]) for layer in spec["layer"]]
    assert found == [6000, 1]
