"""Sends the chosen network to the browser, which runs it on every frame of a drawing. It shows nothing itself."""

from __future__ import annotations

import json

import streamlit as st
from safetensors.torch import save

from model.recognizer import Recognizer
from ui.components import register

_component = register("engine")


def engine(recognizer: Recognizer) -> None:
    """Send this network to the browser. Call it in every full run of the app; equal bytes are not sent again."""
    _component(data=pack(recognizer.fingerprint, recognizer), key="engine", height=0)


@st.cache_resource(max_entries=16, show_spinner=False)
def pack(fingerprint: str, _recognizer: Recognizer) -> bytes:
    """The weights as a .safetensors file with the table of layers in its header.

    fingerprint: of the recognizer; the result is cached by it, so that equal networks give the same bytes.
    """
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
