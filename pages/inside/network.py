"""The chosen network as a table: what it is made of, and how it was trained."""

import altair as alt
import pandas as pd
import streamlit as st

from ui.network import chosen_name, chosen_network

ERROR_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
LEAST_ERROR = 0.05  # a logarithmic axis has no zero

checkpoint = chosen_network().checkpoint
layers = checkpoint.model.layers()
metrics = checkpoint.metrics

st.title("The network", anchor=False)
accuracy = metrics.get("test_accuracy")
with st.container(horizontal=True, gap="medium"):
    st.metric("Network", chosen_name(), width="content")
    st.metric("Parameters", f"{checkpoint.model.parameters:,}", width="content")
    st.metric("Test accuracy", "not scored" if accuracy is None else f"{accuracy:.2%}", width="content")
    st.metric("Trained on", checkpoint.data.upper() if checkpoint.data == "mnist" else checkpoint.data, width="content")

st.subheader("Layer by layer", anchor=False)
st.markdown(
    "A picture of 28x28 numbers goes in at the top; ten numbers, one per digit, come out at the bottom. "
    "Every parameter is a number that training has set."
)
st.dataframe(
    pd.DataFrame(
        {
            "Layer": [layer.name.replace("_", " ") for layer in layers],
            "Kind": [layer.kind for layer in layers],
            "Output": ["x".join(map(str, layer.output)) for layer in layers],
            "Numbers": [pd.Series(layer.output).prod() for layer in layers],
            "Parameters": [layer.parameters for layer in layers],
        }
    ),
    hide_index=True,
    column_config={name: st.column_config.NumberColumn(format="localized") for name in ("Numbers", "Parameters")},
    height="content",
    alt="Layers of the network with the shape of their output and their parameters",
)

st.subheader("How it was trained", anchor=False)
names = {"train_accuracy": "training", "validation_accuracy": "validation"}
history = pd.DataFrame(metrics.get("history", []), columns=["epoch", *names])
lines = history.rename(columns=names).melt("epoch", list(names.values()), "pictures", "accuracy").dropna()
if len(lines):
    lines["error"] = (100 * (1 - lines["accuracy"].astype(float))).clip(lower=LEAST_ERROR)
    chart = (
        alt.Chart(lines)
        .mark_line(point=True)
        .encode(
            x=alt.X("epoch:Q", title="Epoch", axis=alt.Axis(tickMinStep=1, format="d")),
            y=alt.Y("error:Q", title="Read wrongly, %", scale=alt.Scale(type="log"), axis=alt.Axis(values=ERROR_TICKS)),
            color=alt.Color("pictures:N", title=None, legend=alt.Legend(orient="top")),
            strokeDash=alt.StrokeDash("pictures:N", legend=None),
            tooltip=["pictures", "epoch", alt.Tooltip("error", format=".2f", title="read wrongly, %")],
        )
    )
    st.altair_chart(chart, height=320, alt="Share of the training and validation pictures read wrongly, each epoch")
    st.caption(
        "Training pictures are bent, turned and thickened at random, which makes them harder than the validation "
        "pictures, which the network was never trained on."
    )
else:
    st.caption("This file holds no history of its training.")
with st.expander("Every setting of this training"):
    st.json({**checkpoint.model.model_dump(), **checkpoint.train.model_dump()})
