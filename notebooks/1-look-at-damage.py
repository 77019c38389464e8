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
# # Look at damage
#
# A denoising model learns by restoring corrupted text. This notebook shows what each objective does
# to a text: what the encoder reads (the source), what the decoder must predict (the target), and
# which tokens were lost.

# %% tags=["parameters"]
master = "local[2]"
run_dir = "runs/notebook-damage"
texts_to_use = 3000

# %%
import palimpsest
from palimpsest.pipeline import DenoisingPretrainer, TextCorruptor

spark = palimpsest.session(master, memory="3g")

# %% [markdown]
# The texts are definitions and example sentences of WordNet 3.1, which the jar contains. Any
# DataFrame with a column of texts will do.

# %%
texts = palimpsest.sample_texts().limit(texts_to_use)
texts.show(3, truncate=90)

# %% [markdown]
# Corruption works on tokens, so it needs a tokenizer. `prepare` trains one on the texts, and packs
# the texts into blocks as training reads them.

# %%
pretrainer = DenoisingPretrainer(
    runDir=run_dir, textCol="text", idCol="id", vocabularySize=2000, blockSize=64
)
pretrainer.prepare(texts)

# %% [markdown]
# `preview` shows the corruption in colors: lost tokens, kept tokens, and what takes their place.

# %%
three = palimpsest.sample_texts().limit(3)
palimpsest.preview(three, objective="bart", tokenizer=run_dir)

# %%
palimpsest.preview(three, objective="t5", tokenizer=run_dir)

# %%
palimpsest.preview(three, objective="mass", tokenizer=run_dir)

# %% [markdown]
# The same as columns, for counting: how much of each text does an objective remove?

# %%
import pandas as pd

objectives = ["bart", "t5", "mass"]
shares = {}
for objective in objectives:
    corruptor = TextCorruptor(
        objective=objective,
        tokenizerPath=run_dir,
        sourceIdsCol="source_ids",
        targetIdsCol="target_ids",
        lostTokensCol="lost",
    )
    counts = corruptor.transform(texts.limit(500)).selectExpr(
        "avg(size(source_ids)) source", "avg(size(target_ids)) target", "avg(lost) lost"
    )
    shares[objective] = counts.first().asDict()
pd.DataFrame(shares).T.plot.bar(title="Tokens per text", rot=0);
