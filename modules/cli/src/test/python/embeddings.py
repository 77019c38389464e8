#!/usr/bin/env python3
"""Records the embeddings of EmbedCommandTest with transformers: the encoder's last hidden state,
averaged with the attention mask of the tokenizer's own encoding, padding included.

    embeddings.py modules/tasks/src/test/resources/continued modules/cli/src/test/resources/embeddings.json

Needs torch and transformers.
"""
import json
import sys
from pathlib import Path

import torch
import transformers as tf

TEXTS = [
    "the old house stands by a river",
    "boats",
    "a river sees boats that go far. and the house sees a river, the old river.",
]


def embeddings(folder):
    tokenizer = tf.AutoTokenizer.from_pretrained(folder)
    model = tf.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    encoded = tokenizer(TEXTS, return_tensors="pt", padding=True)
    with torch.no_grad():
        hidden = model.get_encoder()(encoded.input_ids, attention_mask=encoded.attention_mask).last_hidden_state
    mask = encoded.attention_mask.unsqueeze(-1)
    means = (hidden * mask).sum(1) / mask.sum(1)
    return [
        {"text": text, "tokens": int(n), "embedding": mean.tolist()}
        for text, n, mean in zip(TEXTS, encoded.attention_mask.sum(1), means)
    ]


models = Path(sys.argv[1])
found = {name: embeddings(models / name) for name in ("bart", "t5")}
Path(sys.argv[2]).write_text(json.dumps(found) + "\n")
