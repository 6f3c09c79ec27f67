"""The Compare page: which runs are picked, and what the comparison shows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from model.runs.folder import METRICS, REPORT, RUN, write_json
from tests.pages.train.conftest import OTHER, Make, OpenCompare, texts
from ui.shared.formatting import plain_markdown

HOSTILE = "**fat** :red[x] $a$ :smile: :material/home: 32-64_64 <b> https://example.com"


def address(app: AppTest) -> str:
    found = app.query_params["runs"]
    return found if isinstance(found, str) else found[0]


def set_accuracies(folder: Path, validation: float, test: float) -> None:
    """Change the accuracies that the files of a run state."""
    report = json.loads((folder / REPORT).read_text())
    write_json(folder / REPORT, {**report, "test_accuracy": test})
    lines = [json.loads(line) for line in (folder / METRICS).read_text().splitlines()]
    lines = [{**line, "validation_accuracy": validation} if line["kind"] == "epoch" else line for line in lines]
    (folder / METRICS).write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def table(app: AppTest) -> pd.DataFrame:
    """The comparison: a row per setting or result, a column per run."""
    return app.table[0].value


# --- Which runs -------------------------------------------------------------------------------------------------------


def test_without_runs_the_page_explains_how_to_start_one(open_compare: OpenCompare) -> None:
    app = open_compare()
    assert "There are no runs yet" in app.info[0].value
    assert not app.multiselect


def test_the_own_runs_come_first_and_the_newest_two_are_picked(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("old")
    make_run("new")
    make_run("newest")
    make_run("theirs", owner=OTHER)
    app = open_compare()
    picker = app.multiselect(key="compare_runs")
    assert [option.split(" · ")[0] for option in picker.options] == ["newest", "new", "old", "theirs"]
    assert [option.endswith("not yours") for option in picker.options] == [False, False, False, True]
    assert "finished" in picker.options[0]
    assert f"{100 * json.loads((make_run('x') / REPORT).read_text())['test_accuracy']:.2f}%" in picker.options[0]
    assert picker.value == ["newest", "new"]
    assert address(app) == "newest,new"


def test_a_link_picks_its_runs_and_the_address_follows_the_choice(make_run: Make, open_compare: OpenCompare) -> None:
    for name in ("one", "two", "three"):
        make_run(name)
    app = open_compare("three", "one")
    assert app.multiselect(key="compare_runs").value == ["three", "one"]
    app.multiselect(key="compare_runs").set_value(["three", "one", "two"]).run()
    assert not app.exception
    assert address(app) == "three,one,two"
    app.multiselect(key="compare_runs").set_value([]).run()
    assert "runs" not in app.query_params
    assert "Pick one run" in app.info[0].value
    app.query_params["runs"] = "two"  # a link on another page
    app.run()
    assert not app.exception
    assert app.multiselect(key="compare_runs").value == ["two"]


def test_a_link_to_deleted_or_too_many_runs_shows_a_message(make_run: Make, open_compare: OpenCompare) -> None:
    names = [f"run{number}" for number in range(7)]
    for name in names:
        make_run(name, epochs=1)
    app = open_compare("run1", "never", "run2")
    assert app.multiselect(key="compare_runs").value == ["run1", "run2"]
    assert app.warning[0].value.startswith("One run of this link is not here")
    app = open_compare(*names)
    assert app.multiselect(key="compare_runs").value == names[:6]
    assert "more than 6 runs" in app.warning[0].value


def test_a_run_that_is_deleted_meanwhile_leaves_the_choice(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("stays")
    gone = make_run("goes")
    app = open_compare("stays", "goes")
    shutil.rmtree(gone)
    app.run()
    assert not app.exception
    assert app.multiselect(key="compare_runs").value == ["stays"]
    assert address(app) == "stays"


def test_two_runs_of_the_same_name_can_be_told_apart(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("20261124-080000-aaaaaa", title="Same")
    make_run("20261124-080000-bbbbbb", title="Same")
    app = open_compare()
    options = app.multiselect(key="compare_runs").options
    assert len({*options}) == 2
    assert len(app.multiselect(key="compare_runs").value) == 2


# --- The comparison ---------------------------------------------------------------------------------------------------


def test_what_differs_is_bold_and_the_best_has_a_star(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("one")
    make_run("two", {"dense_units": 16})
    app = open_compare("one", "two")
    found = table(app)
    assert list(found.columns) == ["A · one", "B · two"]
    assert list(found.loc["Dense units"]) == ["**8**", "**16**"]
    assert list(found.index).index("Dense units") < list(found.index).index("Test accuracy")
    assert "Dropout" not in found.index
    assert found.loc["Parameters", "A · one"].endswith("★")
    assert not found.loc["Parameters", "B · two"].endswith("★")
    same = app.table[1].value
    assert same.loc["Dropout"].item() == "0"
    assert "Dense units" not in same.index
    assert "As fair as possible: only one setting differs (dense units)" in texts(app)
    assert "B begins with the same weights as A in conv1" in texts(app)
    assert "They see the same batches in the same order." in texts(app)
    assert "On 360 test pictures a difference below" in texts(app)


def test_a_single_run_is_shown_without_a_comparison(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("one")
    app = open_compare("one")
    assert list(table(app).columns) == ["A · one"]
    assert "fair" not in texts(app)
    assert "★" not in texts(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_failed_interrupted_and_damaged_runs_are_named_and_other_runs_are_compared(
    make_run: Make,
    open_compare: OpenCompare,
) -> None:
    make_run("good")
    failed = make_run("failed")
    write_json(failed / REPORT, {"outcome": "failed", "message": "The loss is no longer a number."})
    (make_run("cut") / REPORT).unlink()
    damaged = make_run("damaged")
    (damaged / RUN).write_text("{oops")
    app = open_compare("good", "failed", "cut", "damaged")
    told = "\n".join(each.value for each in app.warning)
    assert "**failed** (failed): The loss is no longer a number\\." in told
    assert "**cut** (interrupted): The process of this run ended" in told
    assert "**damaged** (damaged): The settings of this run are damaged" in told
    found = table(app)
    assert list(found.columns) == ["A · good", "B · failed", "C · cut"]
    assert found.loc["Test accuracy", "C · cut"] == "\u2013"
    assert found.loc["Best validation accuracy", "C · cut"] != "\u2013"


def test_only_a_damaged_run_leaves_its_message(make_run: Make, open_compare: OpenCompare) -> None:
    (make_run("damaged") / RUN).write_text("{oops")
    app = open_compare("damaged")
    assert "damaged" in app.warning[0].value
    assert not app.table


def test_an_active_run_is_compared_by_its_results_so_far(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("done")
    make_run("going", {"dropout": 0.5}, active=True)
    app = open_compare("done", "going")
    found = table(app)
    assert list(found.loc["State"]) == ["finished", "running"]
    assert list(found.loc["Epochs done"]) == ["2 of 2", "1 of 2"]
    assert "A fair experiment: only one setting differs (dropout)." in texts(app)


def test_a_title_is_shown_as_it_was_typed(make_run: Make, open_compare: OpenCompare) -> None:
    """Markdown gets it escaped, plain widgets get it raw."""
    make_run("one", title=HOSTILE)
    failed = make_run("two", title=HOSTILE)
    write_json(failed / REPORT, {"outcome": "failed", "message": HOSTILE})
    app = open_compare("one", "two")
    assert list(table(app).columns) == [plain_markdown(f"A · {HOSTILE}"), plain_markdown(f"B · {HOSTILE}")]
    assert app.warning[0].value == f"**{plain_markdown(HOSTILE)}** (failed): {plain_markdown(HOSTILE)}"
    assert all(option.startswith(HOSTILE) for option in app.multiselect(key="compare_runs").options)
    assert app.selectbox(key="machine_run").options == [f"A · {HOSTILE}", f"B · {HOSTILE}"]


def test_the_star_for_accuracy_follows_the_validation_pictures(make_run: Make, open_compare: OpenCompare) -> None:
    """The other run is better on the test pictures."""
    for name, validation, test in (("one", 0.95, 0.80), ("two", 0.90, 0.99)):
        folder = make_run(name, {"dropout": 0.0 if name == "one" else 0.5})
        set_accuracies(folder, validation, test)
    app = open_compare("one", "two")
    assert list(table(app).loc["Best validation accuracy"]) == ["95.00% ★", "90.00%"]
    assert list(table(app).loc["Test accuracy"]) == ["80.00%", "99.00%"]
    assert "The star for accuracy goes to the best validation accuracy" in texts(app)


def test_without_validation_pictures_there_is_no_star_for_accuracy(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("one")
    make_run("two", {"dropout": 0.5})
    make_run("three", validation_share=0.0)
    app = open_compare("one", "two", "three")
    assert not any(value.endswith("★") for value in table(app).loc["Best validation accuracy"])
    assert not any(value.endswith("★") for value in table(app).loc["Test accuracy"])
    reason = "it goes to the best validation accuracy, and C held out no validation pictures."
    assert f"There is no star for accuracy, because {reason}" in texts(app)


def test_every_view_can_be_drawn(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("one")
    make_run("two", validation_share=0.0)
    app = open_compare("one", "two")
    for measure in ("Error", "Loss", "Accuracy"):
        for logarithmic in (False, True):
            app.segmented_control(key="compare_measure").set_value(measure)
            app.segmented_control(key="compare_against").set_value("Seconds" if logarithmic else "Epochs")
            app.toggle(key="compare_log").set_value(logarithmic)
            app.toggle(key="compare_training").set_value(logarithmic).run()
            assert not app.exception
            assert len(app.get("vega_lite_chart")) == 1
    assert "Without validation pictures: B." in texts(app)


def _with_labels() -> None:
    from ui.train.comparison.comparison import show_comparison
    from ui.train.run_store import store_or_stop

    runs = [run for name in ("two", "one") if (run := store_or_stop().get(name))]
    show_comparison(runs, {"one": "ReLU *", "two": "Tanh"})


def test_other_pages_can_name_the_runs(make_run: Make) -> None:
    make_run("one")
    make_run("two", {"activation": "tanh"})
    app = AppTest.from_function(_with_labels, default_timeout=60).run()
    assert not app.exception
    assert list(table(app).columns) == ["A · Tanh", "B · ReLU \\*"]
