"""How far a run is: one line of text, the share that is done, its speed and the time left."""

from __future__ import annotations

from model.language import _, ngettext
from model.runs.metrics import Metrics
from model.runs.run import Run, State
from ui.shared.formatting import duration

_RECENT_SECONDS = 20.0
"""Speed and time left are computed from the records of the last seconds."""


def state_line(run: Run, metrics: Metrics) -> str:
    """The state of the run and how far it is, in one line of Markdown."""
    parts = [f"**{_(run.state.value).capitalize()}**"]
    settings = run.settings
    if settings is None:
        return parts[0]
    step = metrics.steps[-1] if metrics.steps else None
    total = settings.train.epochs
    if run.state is State.WAITING:
        parts.append(_("place {place} in the queue", place=run.place))
    elif run.state is State.STOPPING:
        parts.append(_("testing its best epoch"))
    elif run.state.active and step is None:
        loading = metrics.start is None
        parts.append(_("loading the pictures") if loading else _("first steps"))
    elif run.state.active and step is not None:
        speed, left = speed_and_time_left(metrics, total)
        if left is None:
            parts.append(_("testing its best epoch"))
        else:
            parts.append(_("epoch {epoch} of {total}", epoch=min(int(step["epoch"]) + 1, total), total=total))
            if run.state is State.RUNNING:
                parts += [_("{time} left", time=duration(left)), _("{speed:,.0f} images/s", speed=speed)]
    else:
        parts += _end(run, metrics)
    return " · ".join(parts)


def _end(run: Run, metrics: Metrics) -> list[str]:
    report = run.report()
    if report and run.state in (State.FINISHED, State.STOPPED):
        time = duration(report["train_seconds"])
        return [
            _("{share:.2%} on the test pictures", share=report["test_accuracy"]),
            ngettext("{count} epoch in {time}", "{count} epochs in {time}", report["epochs"], time=time),
            _("epoch {epoch} is kept", epoch=report["best_epoch"]),
        ]
    if run.state is State.FAILED or not metrics.steps:
        return []
    kept = _("its best epoch is kept") if run.best() else _("nothing was kept")
    return [_("after {count:.1f} epochs", count=metrics.steps[-1]["epoch"]), kept]


def share_done(metrics: Metrics, epochs: int) -> float:
    """The share of all steps that are done, 0 to 1."""
    return min(1.0, max(0.0, metrics.steps[-1]["epoch"] / epochs)) if metrics.steps else 0.0


def speed_and_time_left(metrics: Metrics, epochs: int) -> tuple[float, float | None]:
    """Images per second in the last seconds, and the seconds left; None after the last step.

    The metrics must have at least one record of steps.
    """
    last = metrics.steps[-1]
    recent = [record for record in metrics.steps[-200:] if last["elapsed"] - record["elapsed"] <= _RECENT_SECONDS]
    speed = len(recent) / sum(1 / max(record["images_per_second"], 1e-9) for record in recent)
    left = epochs - last["epoch"]
    if left <= 1e-9:
        return speed, None
    first = recent[0]
    if len(recent) > 1 and last["epoch"] > first["epoch"]:
        # The elapsed time also has validation and snapshots in it, which the speed of the steps has not.
        return speed, left * (last["elapsed"] - first["elapsed"]) / (last["epoch"] - first["epoch"])
    images = metrics.start["images"] if metrics.start else 0
    return speed, left * images / max(speed, 1e-9)
