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
# # Fine-tune a corrector
#
# A model that was pre-trained by denoising learns a task from pairs of texts: here, to undo typing
# errors.

# %% tags=["parameters"]
master = "local[2]"
run_dir = "runs/notebook-corrector"
texts_to_use = 20000
base_steps = 200
steps = 400

# %%
import palimpsest
from palimpsest.pipeline import DenoisingPretrainer, ReconstructionEvaluator, Seq2SeqFineTuner
from pyspark.sql import functions as f

spark = palimpsest.session(master, memory="3g")
texts = palimpsest.sample_texts().where("length(text) < 50").limit(texts_to_use).cache()

# %% [markdown]
# ## Pairs
#
# What was typed, and what was meant. The typist swaps some letters and forgets the capitals. Some
# pairs are kept aside.

# %%
swaps = {"th": "ht", "er": "re", "ing": "nig", "tion": "toin"}
typed = f.lower("text")
for right, wrong in swaps.items():
    typed = f.regexp_replace(typed, right, wrong)
pairs = texts.select("id", typed.alias("typed"), f.col("text").alias("meant"))
learn, test = pairs.randomSplit([0.95, 0.05], seed=1)
pairs.select("typed", "meant").show(5, truncate=60)

# %% [markdown]
# ## A model to begin with
#
# Any model folder or run will do. This one is small: a vocabulary of 400 pieces, one layer each in
# encoder and decoder, and half a minute of training. Its starting values let the decoder find the
# source position of each target position, and Muon learns from fewer texts than AdamW.

# %%
shape = ["model.width=64", "model.feed-forward=128", "model.heads=4"]
start = [
    "model.initial-deviation=0.02",
    "model.initial-alignment=1",
    "model.initial-sinusoids=0.02",
]
muon = ["optimizer.kind=muon", "optimizer.beta2=0.98", "optimizer.update-rms=0.6"]

base = DenoisingPretrainer(
    runDir=f"{run_dir}/base",
    textCol="text",
    idCol="id",
    objective="text-infilling",
    modelPreset="tiny",
    settings=[*shape, *start, *muon],
    vocabularySize=400,
    blockSize=64,
    numWorkers=2,
    batchBlocks=32,
    aggregate="parameters",
    innerSteps=5,
    learningRate=4e-3,
    warmUpSteps=50,
    maxSteps=base_steps,
    checkpointEvery=base_steps,
).fit(texts)

# %% [markdown]
# ## Fine-tuning

# %%
tuner = Seq2SeqFineTuner(
    runDir=f"{run_dir}/corrector",
    fromModel=f"{run_dir}/base",
    sourceCol="typed",
    targetCol="meant",
    settings=muon,
    numWorkers=2,
    batchBlocks=64,
    aggregate="parameters",
    innerSteps=5,
    maxSourceTokens=64,
    maxTargetTokens=64,
    learningRate=4e-3,
    warmUpSteps=50,
    maxSteps=steps,
    checkpointEvery=steps // 3,
)
corrector = tuner.fit(learn)

# %% [markdown]
# ## Did it learn?
#
# The same scores for the typed text as it is, and for what the corrector made of it.

# %%
corrected = corrector.transform(test.limit(100)).cache()
corrected.select("typed", "restored", "meant").show(5, truncate=50)

# %%
import pandas as pd


def scores(column):
    return {
        metric: ReconstructionEvaluator(
            metricName=metric, predictionCol=column, referenceCol="meant"
        ).evaluate(corrected)
        for metric in ("exactMatch", "tokenF1", "rougeL")
    }


table = pd.DataFrame({"typed": scores("typed"), "corrected": scores("restored")})
table.plot.bar(title="Closeness to what was meant", rot=0)
table

# %%
corrector.write().overwrite().save(f"{run_dir}/model")
