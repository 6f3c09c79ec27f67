"""Trained runs for tests. Each kind is trained once in a session and then copied for every test that needs it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from model.data.datasets import DataSet
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import PROCESS, RUN, Command, RunSettings, read_settings, write_command, write_json
from model.runs.launchers.base import SaveRecord
from model.runs.recorder import Recorder
from model.runs.run import State
from model.runs.store import RunStore
from model.training.events import EpochEnd, Finished
from model.training.loop import train
from tests.conftest import QUICK
from train import report_of

NETWORK: dict[str, Any] = {"filters": (4, 4), "dense_units": 8}
RECIPE: dict[str, Any] = {**QUICK, "train_images": 200, "epochs": 2, "validation_share": 0.2}


class IdleLauncher:
    """A launcher that starts no process. A run is alive if its process.json has "alive": true."""

    def __init__(self, slots: int | None = 1) -> None:
        self.slots = slots

    def prepare(self) -> None: ...

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        save_record({"alive": False})

    def is_alive(self, record: dict[str, Any]) -> bool:
        return bool(record.get("alive"))


class TrainedRuns:
    """Trains small networks on the offline digits."""

    def __init__(self, cache: Path, digits: DataSet) -> None:
        self._cache, self._digits = cache, digits
        self._trained: dict[tuple[ModelConfig, TrainConfig, bool], Path] = {}

    def copy_to(self, folder: Path, settings: RunSettings, *, active: bool = False) -> None:
        """Make the folder of a run with these settings. active: its process is still alive, after one epoch."""
        trained = self._folder(settings.model, settings.train, active)
        shutil.copytree(trained, folder)
        write_json(folder / RUN, settings.model_dump(mode="json"))
        write_json(folder / PROCESS, {"alive": active})

    def complete(self, store: RunStore) -> None:
        """Give every waiting run the results of a tiny network; the settings of the run stay as they are."""
        for seed, run in enumerate(run for run in store.runs() if run.state is State.WAITING):
            recipe = TrainConfig(**{**RECIPE, "epochs": 1, "seed": seed})
            trained = self._folder(ModelConfig(filters=(2,), dense_units=4), recipe, active=False)
            settings = read_settings(run.folder)
            shutil.copytree(trained, run.folder, dirs_exist_ok=True)
            write_json(run.folder / RUN, settings.model_dump(mode="json"))
            write_command(run.folder, Command.RUN)

    def _folder(self, model: ModelConfig, recipe: TrainConfig, active: bool) -> Path:
        key = model, recipe, active
        if key not in self._trained:
            self._trained[key] = self._cache / str(len(self._trained))
            self._train(self._trained[key], RunSettings(model=model, train=recipe), active)
        return self._trained[key]

    def _train(self, folder: Path, settings: RunSettings, active: bool) -> None:
        recorder = Recorder(folder, settings)
        for event in train(settings.model, settings.train, self._digits, snapshots=8):
            recorder.record(event)
            if active and isinstance(event, EpochEnd):
                break
            if isinstance(event, Finished):
                recorder.finish(event, self._digits, report_of(event))


def settings(
    title: str, network: dict[str, Any] | None = None, *, owner: str = "", created: float = 1e9, **recipe: Any
) -> RunSettings:
    """Settings of a small run; network and recipe change NETWORK and RECIPE."""
    model, train_config = ModelConfig(**{**NETWORK, **(network or {})}), TrainConfig(**{**RECIPE, **recipe})
    return RunSettings(title=title, owner=owner, created=created, model=model, train=train_config)


@pytest.fixture(scope="session")
def trained_runs(tmp_path_factory: pytest.TempPathFactory, digits: DataSet) -> TrainedRuns:
    """Imported by the conftest.py of the folders that use it."""
    return TrainedRuns(tmp_path_factory.mktemp("trained"), digits)
