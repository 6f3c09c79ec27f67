"""The scalars of a training for TensorBoard, a common tool to watch trainings."""

from __future__ import annotations

from pathlib import Path

from model.language import _
from model.training.events import EpochEnd, Event, Finished, Progress


class TensorBoardError(RuntimeError):
    """The scalars cannot be written. The message is one sentence for the user."""


class TensorBoard:
    """Writes events into a folder for `tensorboard --logdir`. Raises TensorBoardError if it cannot be written."""

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise TensorBoardError(_("TensorBoard is not installed; run `pip install tensorboard`.")) from None
        try:
            self._writer = SummaryWriter(str(folder))
        except OSError as error:
            problem = _("{folder} cannot be written ({reason}); name another folder.")
            raise TensorBoardError(problem.format(folder=folder, reason=error.strerror)) from None

    def record(self, event: Event) -> None:
        """Write the scalars of an event: by step for Progress, by epoch for validation and test."""
        match event:
            case Progress():
                self._add("step/loss", event.loss, event.step)
                self._add("step/accuracy", event.accuracy, event.step)
                self._add("step/learning_rate", event.learning_rate, event.step)
                self._add("step/images_per_second", event.images_per_second, event.step)
            case EpochEnd():
                for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
                    value = getattr(event, name)
                    if value is not None:
                        self._add(f"epoch/{name}", value, event.epoch)
            case Finished():
                self._add("test/accuracy", event.test.accuracy, event.best_epoch)
                self._add("test/loss", event.test.loss, event.best_epoch)

    def close(self) -> None:
        """Write the scalars that are not on the disk yet."""
        self._writer.close()

    def _add(self, name: str, value: float, step: int) -> None:
        self._writer.add_scalar(name, value, step)
