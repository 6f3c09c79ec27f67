"""The form of all settings of a training, made from the fields of ModelConfig and TrainConfig."""
