"""Runs on the page Retrain without processes: the test records the training itself, step by step."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.runs.launchers.base import SaveRecord
from model.runs.process import ProcessRecord, this_process
from model.runs.recorder import Recorder
from model.runs.report import report_of
from model.runs.run import Run
from model.runs.store import RunStore
from model.training.events import Event, Finished
from model.training.loop import train
from tests.runs import TINY, now, recipe

PAGE = "pages/train/retrain.py"
TOKEN, OTHER_TOKEN = "a" * 32, "b" * 32
ME, OTHER = (hashlib.sha256(token.encode()).hexdigest()[:16] for token in (TOKEN, OTHER_TOKEN))
DEAD: dict[str, Any] = {"pid": 1, "created": 0.0, "host": "a machine that was switched off"}

Open = Callable[..., AppTest]


class FakeLauncher:
    """A launcher that starts nothing. `process` is the record of the next run: the process of the tests."""

    slots: int | None = 1

    def __init__(self) -> None:
        self.process = this_process()

    def prepare(self) -> None: ...

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        save_record(self.process)

    def is_alive(self, record: ProcessRecord) -> bool:
        return record == this_process()


class RecordedTraining:
    """A training in the process of the test. The test decides how far it goes; it is recorded in the folder of its
    run."""

    def __init__(self, run: Run, data: DataSet) -> None:
        assert run.settings is not None
        self.data = data
        self.recorder = Recorder(run.folder, run.settings)
        self.events = train(run.settings.model, run.settings.train, data, snapshots=8, stop=self.recorder.stop)

    def until(self, kind: type[Event]) -> None:
        for event in self.events:
            self._write(event)
            if isinstance(event, kind):
                return

    def to_the_end(self) -> None:
        for event in self.events:
            self._write(event)

    def _write(self, event: Event) -> None:
        self.recorder.record(event)
        if isinstance(event, Finished):
            self.recorder.finish(event, self.data, report_of(event))


def start(store: RunStore, owner: str = ME, title: str = "mine", **values: Any) -> Run:
    return store.start(TINY, recipe(**values), owner, title)


def finished(store: RunStore, digits: DataSet, **values: Any) -> Run:
    run = start(store, **values)
    RecordedTraining(run, digits).to_the_end()
    return now(store, run)


def state_line(app: AppTest) -> str:
    return str(app.container(key="training_progress").markdown[0].value)


def texts(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.subheader))


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def curve(app: AppTest, number: int = 0) -> pd.DataFrame:
    """The data of a chart that the browser gets."""
    content = app.get("vega_lite_chart")[number].proto.data.data
    return pa.ipc.open_stream(io.BytesIO(content)).read_pandas()
