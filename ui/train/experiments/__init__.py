"""The Experiments page: a prediction, the runs of the experiment, and the finding."""
