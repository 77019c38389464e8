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
# # Train on a cluster
#
# The same as on one machine, with another master. Each replica trains in a task of an executor; the
# driver, in this notebook, watches them. The folders are on a file system that all of them reach.

# %% tags=["parameters"]
master = "spark://master:7077"
run_dir = "hdfs:///runs/notebook-cluster"
model_dir = "hdfs:///models/notebook-cluster"
workers = 2
max_steps = 1000

# %%
import palimpsest
from palimpsest.pipeline import DenoisingPretrainer, EncoderDecoderModel

spark = palimpsest.session(
    master,
    memory="2g",
    conf={"spark.executor.memory": "2g", "spark.executor.cores": "1"},
)

# %% [markdown]
# Your own texts: `spark.read.parquet("hdfs:///data/notes")`, with a column of texts.

# %%
texts = palimpsest.sample_texts()
texts.count()

# %%
pretrainer = DenoisingPretrainer(
    runDir=run_dir,
    textCol="text",
    idCol="id",
    objective="t5",
    modelPreset="tiny",
    vocabularySize=1000,
    blockSize=64,
    validationShare=0.01,
    numWorkers=workers,
    batchBlocks=16 * workers,
    aggregate="parameters",
    innerSteps=10,
    learningRate=4e-3,
    warmUpSteps=20,
    maxSteps=max_steps,
    checkpointEvery=max_steps // 2,
    evaluationEvery=max_steps // 2,
)
palimpsest.doctor(pretrainer)

# %%
model = pretrainer.fit(texts)

# %% [markdown]
# Another notebook, or this one after its tab was closed, follows the run by its folder:
# `palimpsest.watch(run_dir)`.

# %%
palimpsest.read_metrics(run_dir).plot(x="step", y="loss");

# %% [markdown]
# Each executor loads the model once, and restores its part of a DataFrame.

# %%
damaged = texts.limit(200).selectExpr("regexp_replace(text, '^(\\\\S+) \\\\S+', '$1 <mask>') text")
restored = model.transform(damaged)
restored.show(5, truncate=60)
restored.where("restored is not null").count()

# %%
model.write().overwrite().save(model_dir)
EncoderDecoderModel.load(model_dir).restore(["a <mask> of the family"])
