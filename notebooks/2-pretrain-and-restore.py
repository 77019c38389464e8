# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Pre-train a model and restore text
#
# From a DataFrame of texts to a model folder that every Hugging Face tool loads.

# %% tags=["parameters"]
master = "local[2]"
run_dir = "runs/notebook"
model_dir = "runs/notebook-model"
max_steps = 600

# %%
import palimpsest
from palimpsest.pipeline import DenoisingPretrainer, EncoderDecoderModel

spark = palimpsest.session(master, memory="3g")
texts = palimpsest.sample_texts()
texts.show(3, truncate=90)

# %% [markdown]
# Two replicas train on two cores, and average their parameters every 10 steps. The objective is T5's:
# the decoder predicts only what was lost, which a small model learns soonest.

# %%
pretrainer = DenoisingPretrainer(
    runDir=run_dir,
    textCol="text",
    idCol="id",
    objective="t5",
    modelPreset="tiny",
    settings=["model.width=64", "model.feed-forward=128", "model.heads=4"],
    vocabularySize=1000,
    blockSize=64,
    validationShare=0.01,
    numWorkers=2,
    batchBlocks=32,
    aggregate="parameters",
    innerSteps=10,
    learningRate=4e-3,
    warmUpSteps=50,
    maxSteps=max_steps,
    checkpointEvery=100,
    evaluationEvery=100,
)

# %% [markdown]
# `doctor` checks whether this can be trained here, before anything starts.

# %%
palimpsest.doctor(pretrainer)

# %% [markdown]
# `fit` shows the loss live. The stop button stops at a checkpoint, and the same cell goes on from
# there. Here the program stops the training itself, to show it.

# %%
training = pretrainer.fit_async(texts)
while training.snapshot().step < max_steps // 4 and not training.wait(0.5):
    pass
training.stop()
training.wait()
training.snapshot().state

# %%
model = pretrainer.fit(texts)

# %%
model.summary.metrics().toPandas().plot(x="step", y="loss");

# %% [markdown]
# The model restores texts in a DataFrame, or a few in a list.

# %%
damaged = spark.createDataFrame(
    [("A small <mask> that lives in water.",), ("The act of <mask> something.",)], ["text"]
)
model.transform(damaged).show(truncate=80)

# %%
model.restore(["a <mask> of the family"])

# %% [markdown]
# Save it. The folder loads here and in transformers.

# %%
model.write().overwrite().save(model_dir)
EncoderDecoderModel.load(model_dir).restore(["a <mask> of the family"])

# %%
try:
    from transformers import AutoModelForSeq2SeqLM
except ImportError:
    print("transformers is not installed: pip install torch transformers")
else:
    print(AutoModelForSeq2SeqLM.from_pretrained(model_dir).num_parameters())
