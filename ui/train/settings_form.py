"""The form of all settings. Bounds, defaults and help texts come from the fields of ModelConfig and TrainConfig.

A short form for beginners, and the rest by groups, one click away. What a widget holds lives in the session under
`setting_<field>`, so it survives a visit to another page, and in the page's address.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Any, Literal, cast, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from model.language import N_, _
from model.network.config import ModelConfig, choice_name, flags
from model.network.layers import IMAGE_SIZE
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.training.time_estimate import Measured, estimate
from ui.shared.formatting import duration
from ui.train.permalink import link, new_settings, write_settings

SHORT = ("train_images", "epochs", "learning_rate", "batch_size", "dropout")
"""The short form; the number of layers and the filters and kernels of each stand there too."""

GROUPS: dict[str, tuple[str, ...]] = {
    N_("Network"): ("activation", "pooling", "batch_norm", "dense_units"),
    N_("Training"): ("optimizer", "momentum", "weight_decay", "schedule", "label_smoothing", "averaging"),
    N_("Augment"): ("rotation", "shift", "scale", "aspect", "shear", "elastic", "thickness"),
}
PER_LAYER = ("filters", "kernel_size")
_FIELDS: dict[str, FieldInfo] = {**ModelConfig.model_fields, **TrainConfig.model_fields}
GROUPS[N_("Run")] = tuple(
    name for name in _FIELDS if name not in {*SHORT, *PER_LAYER, *(name for group in GROUPS.values() for name in group)}
)

_TYPED = 10_000
"""A whole number that can be greater than this is typed."""

LAYERS = "setting_layers"
GROUP = "settings_group"
_HERE = "settings_reset"
_CAUSE, _TOUCHED, _REFUSED, _EXTRA = "settings_cause", "settings_touched", "settings_refused", "settings_extra"


# --- What the fields say ----------------------------------------------------------------------------------------------


def key(name: str, layer: int | None = None) -> str:
    """The key of a field's widget; of a field that each layer has, that of a layer, counted from 1."""
    return f"setting_{name}_{layer}" if layer else f"setting_{name}"


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """The least and the greatest value of a number's field; of a list's field, those of one element."""
    if get_origin(field.annotation) is tuple:
        field = cast("FieldInfo", get_args(get_args(field.annotation)[0])[1])
    return _limit(field, "ge", None), _limit(field, "le", None)


def layer_bounds() -> tuple[int, int]:
    """The least and the greatest number of convolutional layers."""
    filters = ModelConfig.model_fields["filters"]
    return _limit(filters, "min_length", 0), _limit(filters, "max_length", 0)


def _limit(field: FieldInfo, name: str, default: Any) -> Any:
    return next((getattr(limit, name) for limit in field.metadata if hasattr(limit, name)), default)


def label_of(name: str) -> str:
    """What a field is called on the page."""
    return _(str(_FIELDS[name].title))


def help_of(name: str) -> str:
    """What a field's help says on the page."""
    return _(str(_FIELDS[name].description))


def _decades(low: float, high: float, *steps: int) -> list[float]:
    """1, 2, 5, 10, 20, 50 ... for steps 1, 2, 5, from low to high; 0 stands before them where low is 0."""
    rungs = [float(f"{step}e{power}") for power in range(-7, 6) for step in steps]
    return [low, *(rung for rung in rungs if low < rung < high and rung >= (low or 1e-6)), high]


def _doubling(low: float, high: float) -> list[float]:
    return [low * 2**power for power in range(64) if low * 2**power <= high]


def _nines(low: float, high: float) -> list[float]:
    rungs = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999)
    return [low, *(rung for rung in rungs if low < rung <= high)]


_LADDERS: dict[str, Callable[[float, float], list[float]]] = {
    "train_images": lambda low, high: _decades(low, high, 1, 2, 5),
    "epochs": lambda low, high: _decades(low, high, 1, 2, 3, 5, 8),
    "batch_size": _doubling,
    "learning_rate": lambda low, high: _decades(low, high, 1, 2, 5),
    "weight_decay": lambda low, high: _decades(low, high, 1, 2, 5),
    "momentum": _nines,
    "averaging": _nines,
}
"""Fields whose useful values span decades, or crowd before 1."""


def rungs(name: str) -> list[Any]:
    """The values of a ladder in order, the default and what a link asked for among them."""
    field = _FIELDS[name]
    found = {*_LADDERS[name](*bounds(field)), field.default}
    extra = st.session_state.get(_EXTRA, {}).get(name)
    found |= {extra} if extra is not None else set()
    return sorted(cast("type[float]", field.annotation)(rung) for rung in found)


# --- The session's settings -------------------------------------------------------------------------------------------


def use_settings(model: ModelConfig, train: TrainConfig) -> None:
    """Put settings into the form, before it is drawn or in a callback."""
    state = st.session_state
    for config in (model, train):
        for name in type(config).model_fields.keys() - set(PER_LAYER):
            state[key(name)] = getattr(config, name)
    state[_EXTRA] = {name: state[key(name)] for name in _LADDERS}
    state[LAYERS] = len(model.filters)
    for layer in range(1, layer_bounds()[1] + 1):
        for name in PER_LAYER:
            own = getattr(model, name)
            state[key(name, layer)] = own[layer - 1] if layer <= len(model.filters) else _default(name, layer)
    state[_REFUSED] = ""


def reset() -> None:
    """Callback: every setting is its default."""
    use_settings(ModelConfig(), TrainConfig())


def _default(name: str, layer: int) -> int:
    """A layer's default; a layer beyond those of the default network is as the last of them."""
    own: tuple[int, ...] = _FIELDS[name].default
    return own[min(layer, len(own)) - 1]


def _keep_valid() -> None:
    """Every key holds a value that its field allows: missing ones get the default, and so do forged ones."""
    state = st.session_state
    for config in (ModelConfig, TrainConfig):
        for name in config.model_fields.keys() - set(PER_LAYER):
            _keep(key(name), _allowed(config, name, state.get(key(name))))
    for name in _LADDERS:
        if state[key(name)] not in rungs(name):
            state[key(name)] = _FIELDS[name].default
    _keep(LAYERS, _within(state.get(LAYERS), *layer_bounds(), len(_FIELDS["filters"].default)))
    for layer in range(1, layer_bounds()[1] + 1):
        for name in PER_LAYER:
            low, high = bounds(_FIELDS[name])
            _keep(key(name, layer), _within(state.get(key(name, layer)), low, high, _default(name, layer)))


def _keep(where: str, value: Any) -> None:
    """An assignment tells the browser to move the slider, so there is none without need."""
    if where not in st.session_state or st.session_state[where] != value:
        st.session_state[where] = value


def _allowed(config: type[ModelConfig | TrainConfig], name: str, value: Any) -> Any:
    default = config.model_fields[name].default
    if type(value) is not type(default) and not (isinstance(default, float) and type(value) is int):
        return default
    try:
        return getattr(config.parse({name: value}), name)
    except SettingsError:
        return default


def _within(value: Any, low: int, high: int, default: int) -> int:
    return value if type(value) is int and low <= value <= high else default


def _read() -> tuple[ModelConfig, TrainConfig] | str:
    """What the widgets hold, or the sentence that says why no such network can be built."""
    state = st.session_state
    model = {name: state[key(name)] for name in ModelConfig.model_fields.keys() - set(PER_LAYER)}
    layers = range(1, state[LAYERS] + 1)
    model |= {name: tuple(state[key(name, layer)] for layer in layers) for name in PER_LAYER if layers}
    model.setdefault("filters", ())
    try:
        # A slider may hand over 0.15000000000000002.
        train = {
            name: round(value, 9) if isinstance(value := state[key(name)], float) else value
            for name in TrainConfig.model_fields
        }
        return ModelConfig.parse(model), TrainConfig.parse(train)
    except SettingsError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."


def _touched(slot: str) -> None:
    """Callback: remember what was moved last, for a network that cannot be built any more is its doing."""
    st.session_state[_TOUCHED] = slot
    st.session_state[_REFUSED] = ""


def _follow_address() -> None:
    """Take over what a link asks for; where that cannot be, say so and use the defaults."""
    try:
        asked = new_settings(arrived=_HERE not in st.session_state)
        if asked:
            use_settings(*asked)
    except SettingsError as error:
        reset()
        st.session_state[_REFUSED] = _("This link cannot be used ({problem}), so here are the defaults.", problem=error)


# --- The form ---------------------------------------------------------------------------------------------------------


def settings_form() -> tuple[ModelConfig, TrainConfig] | None:
    """The form, for a column of 300 px or more; None where the network that it asks for cannot be built."""
    state = st.session_state
    _follow_address()
    _keep_valid()
    settings = _read()
    problem = settings if isinstance(settings, str) else ""
    _remember_cause(problem)
    if state.get(_REFUSED):
        st.warning(state[_REFUSED], icon=":material/link_off:")
    before, after = SHORT[:-1], SHORT[-1:]
    _rows(before, problem)
    _layers(problem)
    _rows(after, problem)
    _more(problem)
    if not isinstance(settings, str):
        write_settings(*settings)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Reset to defaults"), icon=":material/restart_alt:", on_click=reset, key=_HERE)
        if not isinstance(settings, str):
            _share(*settings)
    return None if isinstance(settings, str) else settings


def _rows(names: tuple[str, ...], problem: str) -> None:
    """The widgets in this order; two sliders in sequence share a row."""
    rest = list(names)
    while rest:
        row = [rest.pop(0)]
        if rest and _is_slider(row[0]) and _is_slider(rest[0]):
            row.append(rest.pop(0))
        for column, name in zip(st.columns(len(row)), row, strict=True):
            with column:
                _widget(name)
        _complain(problem, *row)


def _is_slider(name: str) -> bool:
    field = _FIELDS[name]
    return name in _LADDERS or field.annotation is float or (field.annotation is int and bounds(field)[1] <= _TYPED)


def _layers(problem: str) -> None:
    """The number of convolutional layers, and for each a row with its filters and the size of its kernels."""
    low, high = layer_bounds()
    st.segmented_control(
        _("Convolutional layers"),
        range(low, high + 1),
        required=True,
        key=LAYERS,
        persist_state="session",
        on_change=_touched,
        args=("layers",),
        help=help_of("filters"),
        width="stretch",
    )
    _complain(problem, "layers")
    for layer in range(1, st.session_state[LAYERS] + 1):
        labels = _("Layer {layer}: filters", layer=layer), _("Layer {layer}: kernel", layer=layer)
        for column, name, label in zip(st.columns(2), PER_LAYER, labels, strict=True):
            column.slider(
                label,
                *bounds(_FIELDS[name]),
                key=key(name, layer),
                persist_state="session",
                on_change=_touched,
                args=(f"layer_{layer}",),
                help=help_of(name),
            )
        _complain(problem, f"layer_{layer}")


def _more(problem: str) -> None:
    """The rest, one group at a time."""
    st.segmented_control(
        _("More settings"),
        list(GROUPS),
        format_func=_,
        key=GROUP,
        persist_state="session",
        width="stretch",
        help=_("Press a group to open it, and again to close it"),
    )
    shown = GROUPS.get(st.session_state.get(GROUP) or "", ())
    _rows(shown, problem)
    hidden = {name for group in GROUPS.values() for name in group} - set(shown)
    _complain(problem, *hidden)


def _widget(name: str) -> None:
    """The widget that fits the type of a field."""
    field = _FIELDS[name]
    same: dict[str, Any] = {
        "key": key(name),
        "persist_state": "session",
        "help": help_of(name),
        "on_change": _touched,
        "args": (name,),
        "disabled": name == "momentum" and st.session_state[key("optimizer")] != "sgd",
    }
    label = label_of(name)
    low, high = bounds(field)
    if field.annotation is bool:
        st.toggle(label, **same)
    elif get_origin(field.annotation) is Literal:
        options = get_args(field.annotation)
        if len(options) <= 4:
            st.segmented_control(label, options, format_func=choice_name, required=True, width="stretch", **same)
        else:
            st.selectbox(label, options, format_func=choice_name, **same)
    elif name in _LADDERS:
        st.select_slider(label, rungs(name), format_func=lambda value: f"{value:,}", **same)
    elif not _is_slider(name):
        st.number_input(label, low, high, step=1, required=True, **same)
    elif field.annotation is int:
        st.slider(label, low, high, **same)
    else:
        st.slider(label, low, high, step=0.01 if high <= 1 else 0.1 if high <= 10 else 1.0, **same)


def _slots() -> Iterator[str]:
    """The places of the form that a network depends on."""
    yield "layers"
    yield from (f"layer_{layer}" for layer in range(1, layer_bounds()[1] + 1))
    yield from (name for name in ModelConfig.model_fields if name not in PER_LAYER)


def _remember_cause(problem: str) -> None:
    """The explanation stands below what was moved when the network could no longer be built, until it can be."""
    state = st.session_state
    if not problem:
        state[_CAUSE] = None
    elif not state.get(_CAUSE):
        touched = state.get(_TOUCHED)
        state[_CAUSE] = touched if touched in set(_slots()) else "layers"


def _complain(problem: str, *slots: str) -> None:
    if problem and st.session_state[_CAUSE] in slots:
        st.error(problem, icon=":material/block:")


def _share(model: ModelConfig, train: TrainConfig) -> None:
    with st.popover(_("Share"), icon=":material/share:"):
        st.markdown(_("The settings are in this page's address. Whoever opens this link finds the same experiment:"))
        st.code(link(model, train), language=None, wrap_lines=True)
        st.markdown(_("The same on the command line:"))
        st.code(shlex.join(["python", "train.py", *flags(model, train)]), language="bash", wrap_lines=True)


# --- What the settings come to ----------------------------------------------------------------------------------------


def network_summary(settings: tuple[ModelConfig, TrainConfig] | None, measured: Measured = ()) -> None:
    """Parameters and time on this machine; the shape of every layer a click away.

    measured: see model.training.time_estimate.
    """
    if settings is None:
        st.markdown(_("This network cannot be built; the settings say why."))
        return
    model, train = settings
    try:
        about = _("about {time}", time=duration(estimate(model, train, measured).rounded_seconds))
        time = _("**{time}** on this machine", time=about)
    except SettingsError as error:
        time = str(error)
    st.markdown(_(", ").join([_("**{count:,} parameters**", count=model.parameters), time]))
    with st.expander(_("Layer by layer")):
        st.code(layer_table(model), language=None)


def layer_table(model: ModelConfig) -> str:
    """One line for each layer with the shape of its output and its parameters, in columns.

    Layers that keep the shape stand in the line of the layer before them.
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
