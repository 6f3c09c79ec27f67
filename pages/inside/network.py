"""The chosen network as a table of its layers, and its training."""

import pandas as pd
import streamlit as st

from model.language import _
from ui.shared.charts import category, layer, quantity, show
from ui.shared.formatting import number, percent, plain_markdown
from ui.shared.layer_names import kind_name
from ui.shared.network_choice import chosen_name, chosen_network, shown_name

ERROR_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
LEAST_ERROR = 0.05  # a logarithmic axis has no zero

checkpoint = chosen_network().checkpoint
layers = checkpoint.model.layers()
metrics = checkpoint.metrics

st.title(_("The network"), anchor=False)
accuracy = metrics.get("test_accuracy")
with st.container(horizontal=True, gap="medium"):
    st.metric(_("Network"), plain_markdown(shown_name(chosen_name())), width="content")
    st.metric(_("Parameters"), number(checkpoint.model.parameters), width="content")
    st.metric(
        _("Test accuracy"), _("unknown") if accuracy is None else percent(accuracy, 2, counted=True), width="content"
    )
    data = "MNIST" if checkpoint.data == "mnist" else plain_markdown(checkpoint.data)
    st.metric(_("Trained on"), data, width="content")

st.subheader(_("Layer by layer"), anchor=False)
st.markdown(
    _(
        "The input is a picture of 28x28 numbers. The last layer gives ten numbers, one for each digit. Every "
        "parameter is a number that training has set."
    )
)
numbers, parameters = _("Numbers"), _("Parameters")
st.dataframe(
    pd.DataFrame(
        {
            _("Layer"): [layer.name.replace("_", " ") for layer in layers],
            _("Kind"): [kind_name(layer.kind) for layer in layers],
            _("Output"): ["x".join(map(str, layer.output)) for layer in layers],
            numbers: [pd.Series(layer.output).prod() for layer in layers],
            parameters: [layer.parameters for layer in layers],
        }
    ),
    hide_index=True,
    column_config={name: st.column_config.NumberColumn(format="localized") for name in (numbers, parameters)},
    height="content",
    alt=_("Layers of the network with the shape of their output and their parameters"),
)

st.subheader(_("How it was trained"), anchor=False)
names = {"train_accuracy": _("training"), "validation_accuracy": _("validation")}
history = pd.DataFrame(metrics.get("history", []), columns=["epoch", *names])
lines = history.rename(columns=names).melt("epoch", list(names.values()), "pictures", "accuracy").dropna()
if len(lines):
    lines["error"] = (100 * (1 - lines["accuracy"].astype(float))).clip(lower=LEAST_ERROR)
    curves = layer(
        {"type": "line", "point": True},
        x=quantity("epoch", _("Epoch"), axis={"tickMinStep": 1, "format": "d"}),
        y=quantity("error", _("Read wrongly, %"), scale={"type": "log"}, axis={"values": ERROR_TICKS}),
        color=category("pictures", legend={"orient": "top"}),
        strokeDash=category("pictures", legend=None),
        tooltip=[
            category("pictures", _("Pictures")),
            quantity("epoch", _("Epoch")),
            quantity("error", _("Read wrongly, %"), format=".2f"),
        ],
    )
    show([curves], lines, height=320, alt=_("Share of the training and validation pictures read wrongly, each epoch"))
    st.caption(
        _(
            "Training pictures are bent, turned and thickened at random. That makes them harder than the validation "
            "pictures, although the network was never trained on those."
        )
    )
else:
    st.caption(_("This file contains no history of its training."))
with st.expander(_("Every setting of this training")):
    st.json({**checkpoint.model.model_dump(), **checkpoint.train.model_dump()})
