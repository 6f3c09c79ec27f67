"""What the chosen settings mean: parameters, time on this machine, and the shape of every layer."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.training.time_estimate import Measured, estimate
from ui.shared.formatting import duration, plain_markdown


def network_summary(settings: tuple[ModelConfig, TrainConfig] | None, measured: Measured = ()) -> None:
    """Parameters and time on this machine; one click opens the table of layers.

    measured: earlier trainings of this machine, see model.training.time_estimate.
    """
    if settings is None:
        st.markdown(_("This network cannot be built. The reason is shown in the settings."))
        return
    model, train = settings
    try:
        about = _("about {time}", time=duration(estimate(model, train, measured).rounded_seconds))
        time = _("**{time}** on this machine", time=about)
    except SettingsError as error:
        time = plain_markdown(str(error))
    st.markdown(_(", ").join([_("**{count:,} parameters**", count=model.parameters), time]))
    with st.expander(_("Layer by layer")):
        st.code(layer_text(model), language=None)


def layer_text(model: ModelConfig) -> str:
    """Columns of text: for each layer its name, the shape of its output and its parameters.

    A layer that keeps the shape is in the row of the layer before it.
    """
    rows: list[tuple[str, str, int]] = [("input", f"1x{IMAGE_SIZE}x{IMAGE_SIZE}", 0)]
    for layer in model.layers():
        name = {"activation": model.activation, "batch norm": "norm", "dropout": "dropout"}.get(layer.kind)
        if name:
            before, shape, parameters = rows[-1]
            rows[-1] = (f"{before} {name}", shape, parameters + layer.parameters)
        else:
            rows.append((layer.name, "x".join(map(str, layer.output)), layer.parameters))
    table = [("layer", "output", "parameters")]
    table += [(name, shape, f"{parameters:,}" if parameters else "") for name, shape, parameters in rows]
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        f"{name:{wide[0]}}  {shape:{wide[1]}}  {parameters:>{wide[2]}}".rstrip() for name, shape, parameters in table
    )
