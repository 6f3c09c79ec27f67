"""The chosen network in the browser, where it runs on every frame of a drawing. Shows nothing itself."""

from __future__ import annotations

import json

import streamlit as st
from safetensors.torch import save

from model.recognizer import Recognizer
from ui.components import register

_component = register(
    __file__, "shared/lab", "engine/preprocess", "engine/network", "engine/arithmetic", "engine/canvas"
)


def engine(recognizer: Recognizer) -> None:
    """Give the browser this network. Call it in every full run of the app: what has not changed is not sent again."""
    _component(data=pack(recognizer.fingerprint, recognizer), key="engine", height=0)


@st.cache_resource(max_entries=16, show_spinner=False)
def pack(fingerprint: str, _recognizer: Recognizer) -> bytes:
    """A .safetensors file of the weights whose header holds the table of layers. Equal arguments: the same bytes."""
    checkpoint = _recognizer.checkpoint
    layers = [
        {"name": layer.name, "kind": layer.kind, "output": layer.output}
        | ({"kernel": layer.kernel} if layer.kind == "convolution" else {})
        for layer in checkpoint.model.layers()
    ]
    header = {
        "fingerprint": fingerprint,
        "layers": json.dumps(layers),
        "activation": checkpoint.model.activation,
        "pooling": checkpoint.model.pooling,
    }
    return save({key: tensor.contiguous() for key, tensor in checkpoint.weights.items()}, metadata=header)
