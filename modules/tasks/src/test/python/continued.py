#!/usr/bin/env python3
"""Makes the models and the losses of ContinuedTrainingTest with transformers.

    continued.py models FOLDER            writes FOLDER/bart and FOLDER/t5, small random models
    continued.py losses FOLDER BATCHES    trains FOLDER/NAME on BATCHES/NAME.jsonl, writes losses.json

ContinuedRuns, a class beside the test, writes the batches:

    continued.py models modules/tasks/src/test/resources/continued
    java ... org.palimpsest.tasks.denoising.ContinuedRuns modules/tasks/src/test/resources/continued /tmp/batches
    continued.py losses modules/tasks/src/test/resources/continued /tmp/batches

The optimizer is PyTorch's AdamW with the recipe of the class: rate 1e-3, no decay, gradients of the
mean loss clipped to a norm of 1. Needs torch, transformers, tokenizers.
"""
import json
import sys
from pathlib import Path

import torch
import transformers as tf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

WORDS = "the old house stands by a river and sees boats that go far.".split()
SIZE = 320


def bart_tokenizer():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(
        [" ".join(WORDS)] * 50,
        trainers.BpeTrainer(
            vocab_size=SIZE - 1,
            show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        ),
    )
    t.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=t, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>"
    )


def t5_tokenizer():
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer, t.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    t.train_from_iterator(
        [" ".join(WORDS)] * 50,
        trainers.UnigramTrainer(
            vocab_size=120, show_progress=False, unk_token="<unk>", special_tokens=["<pad>", "</s>", "<unk>"]
        ),
    )
    names = [f"<extra_id_{k}>" for k in range(20)]
    t.add_special_tokens([AddedToken(n, special=True) for n in names[::-1]])
    t.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=t, eos_token="</s>", pad_token="<pad>", unk_token="<unk>", extra_special_tokens=names
    )


def make(folder):
    torch.manual_seed(7)
    bart = tf.BartConfig(
        vocab_size=SIZE, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, d_model=24,
        encoder_layers=1, decoder_layers=1, encoder_attention_heads=3, decoder_attention_heads=3, encoder_ffn_dim=48,
        decoder_ffn_dim=48, max_position_embeddings=48, dropout=0.0, init_std=0.06,
    )
    tokenizer = bart_tokenizer()
    assert len(tokenizer) <= SIZE
    tf.BartForConditionalGeneration(bart).save_pretrained(folder / "bart")
    tokenizer.save_pretrained(folder / "bart")
    tokenizer = t5_tokenizer()
    t5 = tf.T5Config(
        vocab_size=len(tokenizer) + 4, d_model=24, d_kv=8, d_ff=48, num_layers=1, num_decoder_layers=1, num_heads=3,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, dropout_rate=0.0,
    )
    tf.T5ForConditionalGeneration(t5).save_pretrained(folder / "t5")
    tokenizer.save_pretrained(folder / "t5")


def losses(model, lines):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    for line in lines:
        b = json.loads(line)
        source = torch.tensor(b["source"])
        columns = torch.arange(source.shape[1])
        mask = (columns[None] < torch.tensor(b["sourceLengths"])[:, None]).long()
        logits = model(
            input_ids=source, attention_mask=mask, decoder_input_ids=torch.tensor(b["decoderInput"]), use_cache=False
        ).logits
        target, weights = torch.tensor(b["target"]), torch.tensor(b["lossWeights"])
        nats = torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="none")
        loss = (nats * weights.flatten()).sum() / weights.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        yield loss.item()


def main():
    what, folder = sys.argv[1], Path(sys.argv[2])
    torch.set_num_threads(1)
    if what == "models":
        make(folder)
        return
    found = {}
    for name in ("bart", "t5"):
        model = tf.AutoModelForSeq2SeqLM.from_pretrained(folder / name, attn_implementation="eager")
        lines = (Path(sys.argv[3]) / f"{name}.jsonl").read_text().splitlines()
        found[name] = list(losses(model, lines))
    (folder / "losses.json").write_text(json.dumps(found, indent=1) + "\n")


main()
